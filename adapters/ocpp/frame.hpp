/// The envelope of an OCPP-J message: [2,id,action,payload], [3,id,payload], [4,id,code,description,details].
/// For looking only: what is relayed are always the bytes that came. Source: OCPP-J 1.6 §4.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chargehook::ocpp {

enum class MessageType : std::uint8_t { call = 2, result = 3, error = 4 };

struct Frame {
  MessageType type{};
  std::string id;      ///< any text, case-sensitive
  std::string action;  ///< of a call; else empty
};

/// Nothing if `text` is no such message (malformed JSON or UTF-8, another type number, no id). Any bytes are safe.
/// An id that is a number is taken as its text. Any thread.
[[nodiscard]] std::optional<Frame> read_frame(std::string_view text);

}  // namespace chargehook::ocpp
