#include "journal/format/id_row.hpp"

#include <doctest/doctest.h>
#include <xxhash.h>

namespace chargehook::journal {
namespace {

using namespace std::literals;

constexpr IdRow sample{20'786, 0x0102'0304'0506'0708, 1'767'225'600'000'017, 0xfeed'beef'0102'0304};

model::Event payment(std::string data) {
  model::Event event;
  event.id = "evt_0123456789abcdefghjkmnpqrs";
  event.type = "payment.completed";
  event.subject = "terminal/T-1";
  event.data = std::move(data);
  return event;
}

}  // namespace

TEST_CASE("a row of ids reads back as it was written") {
  const auto again = decode_id(id_key(sample), encode_id(sample));
  REQUIRE(again.has_value());
  CHECK(again.value() == sample);
  CHECK(encode_id(sample).size() == 25);
}

TEST_CASE("a row of ids under another key, cut short or changed is not one") {
  const auto key = id_key(sample);
  const auto value = encode_id(sample);
  auto other = sample;
  ++other.day;
  CHECK_FALSE(decode_id(id_key(other), value));
  CHECK_FALSE(decode_id(key, value.substr(0, value.size() - 1)));
  CHECK_FALSE(decode_id(key.substr(1), value));
  for (std::size_t at = 0; at < value.size(); ++at) {
    auto flipped = value;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    CHECK_FALSE(decode_id(key, flipped));
  }
}

TEST_CASE("the key of an id is its day and its hash, so that the oldest stand first") {
  CHECK(id_key({258, 3, 0, 0}) == std::string("\0\0\1\2\0\0\0\0\0\0\0\3", 12));
  CHECK(id_of_key(id_key(sample)) == IdRow{sample.day, sample.id, 0, 0});
  CHECK_FALSE(id_of_key("short"));
}

TEST_CASE("hashes are those that docs/formats.md tells") {
  const auto event = payment(R"({"amount_minor":942,"note":"a, b"})");
  CHECK(id_hash(event.id) == XXH3_64bits(event.id.data(), event.id.size()));
  const auto said = "payment.completed\0terminal/T-1\0\0amount_minor\000942\0note\0\"a, b\"\0"sv;
  CHECK(content_hash(event) == XXH3_64bits(said.data(), said.size()));
}

TEST_CASE("another type, subject, member or value is other content") {
  const auto event = payment(R"({"amount_minor":942})");
  auto type = event;
  type.type = "payment.failed";
  auto subject = event;
  subject.subject = "terminal/T-2";
  for (const auto& other : {type, subject, payment(R"({"amount_minor":943})"), payment(R"({"amount":942})"),
                            payment(R"({"amount_minor":942,"tip":0})"), payment("{}"), payment("not JSON")}) {
    CAPTURE(other.data);
    CHECK(content_hash(other) != content_hash(event));
  }
}

TEST_CASE("copied master data, blanks between members, the partition key and how good a clock is are no content") {
  const auto event = payment(R"({"amount_minor":942,"site":{"id":"a","name":"North"}})");
  CHECK(content_hash(event) == content_hash(payment(R"({"amount_minor":942,"site":{"id":"a","name":"South"}})")));
  CHECK(content_hash(event) == content_hash(payment(R"({ "amount_minor" : 942 })")));
  CHECK(content_hash(event) == content_hash(payment(R"({"charger":{},"amount_minor":942,"connector":{"evse":1}})")));
  CHECK(content_hash(event) != content_hash(payment(R"({"amount_minor":942,"charger":"CP-07"})")));
  auto later = event;
  later.partition_key = "terminal/T-1";
  later.time_quality = model::TimeQuality::synced;
  CHECK(content_hash(later) == content_hash(event));
}

TEST_CASE("a time is content if the source told it, and not if it is ours") {
  auto event = payment("{}");
  auto later = event;
  later.time += std::chrono::seconds{1};
  CHECK(content_hash(later) == content_hash(event));
  event.time_of = later.time_of = model::TimeOf::device;
  CHECK(content_hash(later) != content_hash(event));
}

}  // namespace chargehook::journal
