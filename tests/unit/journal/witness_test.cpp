#include "journal/format/witness.hpp"

#include <doctest/doctest.h>

#include "journal/new_identity.hpp"

namespace chargehook::journal {
namespace {

constexpr Witness seen{0x1a2b, 17, 1'795'000'000'000'042};

}  // namespace

TEST_CASE("a witness is four lines that people can read, and is read back") {
  const std::string text = encode_witness(seen);
  CHECK(text == "chargehook journal 1\nstore 0000000000001a2b\nboot 17\nnext 1795000000000042\n");
  CHECK(decode_witness(text) == seen);
}

TEST_CASE("a witness that cannot be understood says nothing") {
  const std::string text = encode_witness(seen);
  for (std::size_t length = 0; length < text.size(); ++length) CHECK_FALSE(decode_witness(text.substr(0, length)));
  CHECK_FALSE(decode_witness(text + "more"));
  CHECK_FALSE(decode_witness("chargehook journal 2" + text.substr(20)));
  CHECK_FALSE(decode_witness("chargehook journal 1\nstore 1\nboot 4294967296\nnext 1\n"));
  CHECK_FALSE(decode_witness("chargehook journal 1\nstore 1\nboot -1\nnext 1\n"));
  CHECK_FALSE(decode_witness("chargehook journal 1\nstore 11111111111111111\nboot 1\nnext 1\n"));
}

TEST_CASE("a store that has not come as far as the witness was restored") {
  CHECK_FALSE(is_restored(seen, {}, seen));
  CHECK_FALSE(is_restored({seen.store_id, seen.boot + 1, seen.next_sequence + 9}, {}, seen));
  CHECK_FALSE(is_restored({seen.store_id, 1, 1}, {}, std::nullopt));
  CHECK(is_restored({seen.store_id, seen.boot - 1, seen.next_sequence}, {}, seen));
  CHECK(is_restored({seen.store_id, seen.boot, seen.next_sequence - 1}, {}, seen));
}

TEST_CASE("a store of another id was put there unless it goes on from the witnessed one") {
  const Witness other{0xff, 1, 1};
  CHECK(is_restored(other, {}, seen));
  CHECK(is_restored(other, {{0xaa, 5, OriginReason::damage, {}}}, seen));
  CHECK_FALSE(
      is_restored(other, {{0xaa, 5, OriginReason::damage, {}}, {seen.store_id, 9, OriginReason::damage, {}}}, seen));
}

}  // namespace chargehook::journal
