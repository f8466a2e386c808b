#include "modbus/reply.hpp"

#include <doctest/doctest.h>

#include <random>

#include "meters.hpp"

namespace chargehook::modbus {
namespace {

constexpr ReadRequest request{2, 4, 0, 2};
const Words volts{0x4366, 0x3333};

std::string told(Framing framing, const Bytes& frame) {
  const ReadReply reply = read_reply(framing, request, frame);
  if (const auto* bad = std::get_if<BadReply>(&reply)) {
    return std::string(to_string(bad->error)) + (bad->exception != 0 ? " " + std::to_string(bad->exception) : "");
  }
  return "words";
}

TEST_CASE("a request is six bytes") {
  CHECK(request_bytes({2, 4, 0xFC00, 60}) == std::array<std::uint8_t, 6>{2, 4, 0xFC, 0x00, 0, 60});
}

TEST_CASE("the checksum is that of the standard") {
  // Serial Line V1.02 §6.2.2: the message 02 07 ends with 41 12.
  CHECK(checksum(Bytes{0x02, 0x07}) == 0x1241);
}

TEST_CASE("a right answer gives its words") {
  for (const Framing framing : {Framing::rtu, Framing::tcp}) {
    const ReadReply reply = read_reply(framing, request, answer(framing, request, volts));
    CHECK(std::get<Words>(reply) == volts);
  }
}

TEST_CASE("what does not answer this request is told by what is wrong") {
  const Framing tcp = Framing::tcp;
  const Framing rtu = Framing::rtu;
  CHECK(told(tcp, answer(tcp, {3, 4, 0, 2}, volts)) == "the answer of another address");
  CHECK(told(rtu, answer(rtu, {3, 4, 0, 2}, volts)) == "the answer of another address");
  CHECK(told(tcp, answer(tcp, {2, 3, 0, 2}, volts)) == "the answer to another question");
  CHECK(told(tcp, answer(tcp, request, {1})) == "an answer of the wrong length");
  CHECK(told(tcp, answer(tcp, request, {1, 2, 3})) == "an answer of the wrong length");
  CHECK(told(rtu, answer(rtu, request, {})) == "an answer of the wrong length");
  CHECK(told(tcp, framed(tcp, {2, 4, 4, 0x43})) == "a cut answer");
  CHECK(told(tcp, framed(tcp, {2, 4})) == "a cut answer");
  CHECK(told(tcp, {}) == "a cut answer");
  CHECK(told(rtu, {2, 4}) == "a cut answer");
  CHECK(told(tcp, framed(tcp, {2, 4, 4, 1, 2, 3, 4, 5})) == "an answer of the wrong length");
}

TEST_CASE("each exception has its meaning") {
  const auto of = [](std::uint8_t code) { return told(Framing::rtu, exception(Framing::rtu, request, code)); };
  CHECK(of(1) == "registers refused 1");
  CHECK(of(2) == "registers refused 2");
  CHECK(of(4) == "registers refused 4");
  CHECK(of(6) == "device busy 6");
  CHECK(of(10) == "not reached by its gateway 10");
  CHECK(of(11) == "not reached by its gateway 11");
  CHECK(of(7) == "an unknown exception 7");
  CHECK(told(Framing::tcp, framed(Framing::tcp, {2, 0x84, 2, 0})) == "an answer of the wrong length");
  CHECK(told(Framing::tcp, framed(Framing::tcp, {3, 0x84, 2})) == "the answer of another address");
}

TEST_CASE("a header that fits nothing is refused, whatever follows") {
  Bytes frame = answer(Framing::tcp, request, volts);
  frame[1] = 7;
  CHECK(told(Framing::tcp, frame) == "an answer with a wrong header");  // another transaction
  frame = answer(Framing::tcp, request, volts);
  frame[3] = 1;
  CHECK(told(Framing::tcp, frame) == "an answer with a wrong header");  // another protocol
  frame = answer(Framing::tcp, request, volts);
  frame[5] += 1;
  CHECK(told(Framing::tcp, frame) == "an answer with a wrong header");  // another length
}

TEST_CASE("every single bit that is turned over on a serial line is noticed") {
  const Bytes good = answer(Framing::rtu, request, volts);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes frame = good;
    frame[bit / 8] = static_cast<std::uint8_t>(frame[bit / 8] ^ (1U << bit % 8));
    CHECK(told(Framing::rtu, frame) == "an answer with a wrong checksum");
  }
}

}  // namespace
}  // namespace chargehook::modbus
