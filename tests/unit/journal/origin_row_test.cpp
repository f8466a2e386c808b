#include "journal/format/origin_row.hpp"

#include <doctest/doctest.h>

#include "journal/new_identity.hpp"

namespace chargehook::journal {
namespace {

StoreOrigin origin(std::uint64_t id) {
  return {id, 900 + id, OriginReason::machine, model::WallTime{model::Nanoseconds{1'732'428'728'000'000'000}}};
}

TEST_CASE("origins read back as they were written") {
  CHECK(decode_origins(encode_origins({})).value().empty());
  const std::vector<StoreOrigin> two{origin(1), origin(2)};
  CHECK(decode_origins(encode_origins(two)).value() == two);
}

TEST_CASE("of very many origins the newest are kept") {
  std::vector<StoreOrigin> many;
  for (std::uint64_t id = 1; id <= origins_max + 5; ++id) many.push_back(origin(id));
  const auto kept = decode_origins(encode_origins(many)).value();
  REQUIRE(kept.size() == origins_max);
  CHECK(kept.front() == origin(6));
  CHECK(kept.back() == many.back());
}

TEST_CASE("a flipped bit, a cut and an added byte of origins are found out") {
  const std::string value = encode_origins({origin(7)});
  for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
    std::string flipped = value;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    REQUIRE_FALSE(decode_origins(flipped));
  }
  for (std::size_t size = 0; size < value.size(); ++size) REQUIRE_FALSE(decode_origins(value.substr(0, size)));
  CHECK_FALSE(decode_origins(value + 'x'));
}

TEST_CASE("what is not known of a machine is no other machine") {
  CHECK(is_another_machine(5, 6));
  CHECK_FALSE(is_another_machine(5, 5));
  CHECK_FALSE(is_another_machine(5, 0));
  CHECK_FALSE(is_another_machine(0, 6));
  CHECK_FALSE(is_another_machine(std::nullopt, 6));
}

}  // namespace
}  // namespace chargehook::journal
