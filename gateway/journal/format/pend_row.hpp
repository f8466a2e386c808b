/// A row of the table `pend`: an event that a stream's cursor has passed although it is not done. Pure; any thread.
/// docs/formats.md has the bytes.
#pragma once

#include <string>
#include <string_view>

#include "model/pend.hpp"
#include "model/result.hpp"

namespace chargehook::journal {

namespace database {
inline constexpr std::string_view pend = "pend";
}  // namespace database

/// Stream and n.
[[nodiscard]] std::string pend_key(const model::StreamId& stream, std::uint64_t n);
[[nodiscard]] std::string encode_pend(const model::PendRow& row);
/// @return "check", "version"; any bytes are safe to hand in
[[nodiscard]] model::Result<model::PendRow> decode_pend(std::string_view key, std::string_view value);

}  // namespace chargehook::journal
