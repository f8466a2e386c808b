/// Checks a whole reply frame against the request it must answer. Nothing of a frame is believed before. Pure; any
/// thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace chargehook::modbus {

/// How a frame is wrapped: serial lines append a checksum, TCP puts a header before it.
enum class Framing : std::uint8_t { rtu, tcp };

struct ReadRequest {
  std::uint8_t unit = 1;
  std::uint8_t function = 3;
  std::uint16_t first = 0;
  std::uint16_t count = 1;  ///< 1 … registers_max

  bool operator==(const ReadRequest&) const = default;
};

/// Why a poll failed. Counted per device.
enum class PollError : std::uint8_t {
  no_reply,        ///< nothing within the timeout
  link_lost,       ///< connection or port went away under the request
  short_frame,     ///< fewer bytes than the frame itself announces
  wrong_header,    ///< TCP: protocol, transaction or length
  wrong_checksum,  ///< serial
  wrong_unit,      ///< somebody else's answer
  wrong_function,  ///< the answer to something else
  wrong_length,    ///< not as many words as were asked for
  refused,         ///< exception 1 to 4: it will not give these registers
  busy,            ///< exception 5 or 6
  gateway,         ///< exception 10 or 11: a gateway could not reach the device
  other_exception,
};
inline constexpr std::size_t poll_error_count = 12;
[[nodiscard]] std::string_view to_string(PollError error);

/// `exception` is the code of an exception reply, else 0.
struct BadReply {
  PollError error = PollError::no_reply;
  std::uint8_t exception = 0;

  bool operator==(const BadReply&) const = default;
};
using ReadReply = std::variant<std::vector<std::uint16_t>, BadReply>;

/// @param frame any bytes, as received: MBAP header and PDU, or unit, PDU and CRC
/// @return exactly `request.count` words in host order, or why not.
/// Source: Modbus Application Protocol V1.1b3 §6.3, §7; Messaging on TCP/IP V1.0b §3.1.3; Serial Line V1.02 §2.5.1.
[[nodiscard]] ReadReply read_reply(Framing framing, const ReadRequest& request, std::span<const std::uint8_t> frame);

/// Unit, function, address and count: what the framing is put around.
[[nodiscard]] std::array<std::uint8_t, 6> request_bytes(const ReadRequest& request);

/// CRC-16 of a serial frame. Source: Serial Line V1.02 §6.2.2.
[[nodiscard]] std::uint16_t checksum(std::span<const std::uint8_t> bytes);

}  // namespace chargehook::modbus
