#include "modbus/reply.hpp"

#include <optional>

namespace chargehook::modbus {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t header_bytes = 6;  // transaction, protocol, length; the unit belongs to what follows
constexpr std::uint8_t exception_flag = 0x80;

std::uint16_t word(Bytes bytes, std::size_t at) { return static_cast<std::uint16_t>(bytes[at] << 8U | bytes[at + 1]); }

/// Unit and PDU without header. The transaction is 0 in each raw request of libmodbus and must come back.
std::variant<Bytes, BadReply> unwrap_tcp(Bytes frame) {
  if (frame.size() < header_bytes + 2) return BadReply{PollError::short_frame, 0};
  if (word(frame, 0) != 0 || word(frame, 2) != 0) return BadReply{PollError::wrong_header, 0};
  if (word(frame, 4) != frame.size() - header_bytes) return BadReply{PollError::wrong_header, 0};
  return frame.subspan(header_bytes);
}

std::variant<Bytes, BadReply> unwrap_rtu(Bytes frame) {
  if (frame.size() < 5) return BadReply{PollError::short_frame, 0};
  const Bytes body = frame.first(frame.size() - 2);
  const auto sent = static_cast<std::uint16_t>(frame[body.size() + 1] << 8U | frame[body.size()]);
  if (sent != checksum(body)) return BadReply{PollError::wrong_checksum, 0};
  return body;
}

BadReply exception_reply(Bytes body) {
  if (body.size() != 3) return {PollError::wrong_length, 0};
  const std::uint8_t code = body[2];
  if (code >= 1 && code <= 4) return {PollError::refused, code};
  if (code == 5 || code == 6) return {PollError::busy, code};
  if (code == 10 || code == 11) return {PollError::gateway, code};
  return {PollError::other_exception, code};
}

ReadReply read_body(const ReadRequest& request, Bytes body) {
  if (body[0] != request.unit) return BadReply{PollError::wrong_unit, 0};
  if (body[1] == (request.function | exception_flag)) return exception_reply(body);
  if (body[1] != request.function) return BadReply{PollError::wrong_function, 0};
  if (body.size() < 3 || body.size() < 3U + body[2]) return BadReply{PollError::short_frame, 0};
  const std::size_t wanted = std::size_t{request.count} * 2;
  if (body[2] != wanted || body.size() != 3 + wanted) return BadReply{PollError::wrong_length, 0};
  std::vector<std::uint16_t> words(request.count);
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = word(body, 3 + 2 * i);
  return words;
}

}  // namespace

std::string_view to_string(PollError error) {
  switch (error) {
    case PollError::no_reply:
      return "no answer";
    case PollError::link_lost:
      return "connection lost";
    case PollError::short_frame:
      return "a cut answer";
    case PollError::wrong_header:
      return "an answer with a wrong header";
    case PollError::wrong_checksum:
      return "an answer with a wrong checksum";
    case PollError::wrong_unit:
      return "the answer of another address";
    case PollError::wrong_function:
      return "the answer to another question";
    case PollError::wrong_length:
      return "an answer of the wrong length";
    case PollError::refused:
      return "registers refused";
    case PollError::busy:
      return "device busy";
    case PollError::gateway:
      return "not reached by its gateway";
    case PollError::other_exception:
      return "an unknown exception";
  }
  return "an unknown error";
}

ReadReply read_reply(Framing framing, const ReadRequest& request, Bytes frame) {
  const auto body = framing == Framing::tcp ? unwrap_tcp(frame) : unwrap_rtu(frame);
  if (const auto* bad = std::get_if<BadReply>(&body)) return *bad;
  return read_body(request, std::get<Bytes>(body));
}

std::array<std::uint8_t, 6> request_bytes(const ReadRequest& request) {
  const auto high = [](std::uint16_t value) { return static_cast<std::uint8_t>(value >> 8U); };
  const auto low = [](std::uint16_t value) { return static_cast<std::uint8_t>(value & 0xFFU); };
  return {request.unit,       request.function,    high(request.first),
          low(request.first), high(request.count), low(request.count)};
}

std::uint16_t checksum(Bytes bytes) {
  unsigned crc = 0xFFFF;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0xA001U : crc >> 1U;
  }
  return static_cast<std::uint16_t>(crc);
}

}  // namespace chargehook::modbus
