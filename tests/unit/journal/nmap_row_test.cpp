#include "journal/format/nmap_row.hpp"

#include <doctest/doctest.h>

namespace chargehook::journal {
namespace {

model::ChainPoint sample() {
  model::ChainPoint point{{7, model::EventClass::state, 3}, 4608, 1'795'500'000'000'041'877, {}};
  point.hash[0] = 0xAB;
  point.hash[31] = 0xCD;
  return point;
}

std::string key_of(const model::ChainPoint& point) { return nmap_key(point.stream, point.n); }

}  // namespace

TEST_CASE("a row of nmap reads back as it was written") {
  const auto point = sample();
  CHECK(key_of(point).size() == 17);
  CHECK(encode_nmap(point).size() == 49);
  const auto again = decode_nmap(key_of(point), encode_nmap(point));
  REQUIRE(again.has_value());
  CHECK(again.value() == point);
}

TEST_CASE("keys of nmap sort by stream, then by n, and say which point they name") {
  const model::StreamId stream{7, model::EventClass::state, 3};
  CHECK(nmap_key(stream, 256) < nmap_key(stream, 65'536));
  CHECK(nmap_key(stream, 256) < nmap_key({7, model::EventClass::state, 4}, 256));
  const auto named = point_of_key(nmap_key(stream, 512));
  REQUIRE(named.has_value());
  CHECK(*named == model::ChainPoint{stream, 512, 0, {}});
  CHECK_FALSE(point_of_key(nmap_key(stream, 512).substr(1)));
}

TEST_CASE("a row of nmap under another key, cut short or changed is not one") {
  const auto value = encode_nmap(sample());
  const auto key = key_of(sample());
  CHECK_FALSE(decode_nmap(nmap_key(sample().stream, 4864), value));
  CHECK_FALSE(decode_nmap(key.substr(1), value));
  CHECK_FALSE(decode_nmap(key, value.substr(0, value.size() - 1)));
  for (std::size_t at = 0; at < value.size(); ++at) {
    auto flipped = value;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    CHECK_FALSE(decode_nmap(key, flipped));
  }
}

TEST_CASE("a row of nmap that nobody would write is not one, whatever its check says") {
  const auto refuses = [](auto change) {
    auto point = sample();
    change(point);
    return !decode_nmap(key_of(point), encode_nmap(point)).has_value();
  };
  CHECK(refuses([](auto& point) { point.n = 0; }));
  CHECK(refuses([](auto& point) { point.n = 4607; }));
  CHECK(refuses([](auto& point) { point.sequence = point.n - 1; }));
  CHECK(refuses([](auto& point) { point.stream.event_class = static_cast<model::EventClass>(4); }));
}

}  // namespace chargehook::journal
