/// A row of the table `nmap`: a point of a stream's chain, one for each 256 numbers. Pure; any thread.
/// docs/formats.md has the bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/chain_point.hpp"
#include "model/result.hpp"

namespace chargehook::journal {

namespace database {
inline constexpr std::string_view nmap = "nmap";
}  // namespace database

/// Which point a key names: its hash and sequence are not known.
/// @return nothing if the key is none of this table; any bytes are safe to hand in
[[nodiscard]] std::optional<model::ChainPoint> point_of_key(std::string_view key);

/// Stream and n.
[[nodiscard]] std::string nmap_key(const model::StreamId& stream, std::uint64_t n);
[[nodiscard]] std::string encode_nmap(const model::ChainPoint& point);
/// @return "check", "version"; any bytes are safe to hand in
[[nodiscard]] model::Result<model::ChainPoint> decode_nmap(std::string_view key, std::string_view value);

}  // namespace chargehook::journal
