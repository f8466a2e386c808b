#include "mqtt/io/message_ring.hpp"

#include <doctest/doctest.h>

namespace chargehook::mqtt::io {
namespace {

Message message(std::string payload) { return {"t", std::move(payload), false}; }

TEST_CASE("only the first message of an empty ring has to be told of") {
  MessageRing ring({10, 1000});
  CHECK(ring.push(message("a")));
  CHECK_FALSE(ring.push(message("b")));
  CHECK(ring.take(1).at(0).payload == "a");
  CHECK_FALSE(ring.push(message("c")));
  CHECK(ring.take(9).size() == 2);
  CHECK(ring.push(message("d")));
}

TEST_CASE("the oldest go when there are too many, or too much of them") {
  MessageRing ring({3, 100});
  for (const char* payload : {"1", "2", "3", "4"}) (void)ring.push(message(payload));
  CHECK(ring.dropped() == 1);
  (void)ring.push(message(std::string(97, 'x')));
  CHECK(ring.dropped() == 3);
  const auto left = ring.take(9);
  REQUIRE(left.size() == 2);
  CHECK(left[0].payload == "4");
  for (int i = 0; i < 3; ++i) (void)ring.push(message("small again"));
  CHECK(ring.dropped() == 3);
}

TEST_CASE("a message that is larger than the ring is kept while it is the newest") {
  MessageRing ring({3, 100});
  (void)ring.push(message("small"));
  (void)ring.push(message(std::string(500, 'x')));
  CHECK(ring.dropped() == 1);
  (void)ring.push(message("small"));
  CHECK(ring.dropped() == 2);
  CHECK(ring.take(9).size() == 1);
}

}  // namespace
}  // namespace chargehook::mqtt::io
