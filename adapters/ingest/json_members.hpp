/// Reads one JSON object strictly, one level deep: what a lenient reader would let pass in silence is an error here.
/// Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"

namespace chargehook::ingest {

/// Objects and arrays within each other, the outermost counted.
inline constexpr int depth_max = 64;

enum class MemberKind : std::uint8_t { text, object, other };

struct Member {
  std::string name;
  MemberKind kind = MemberKind::other;
  std::string value;  ///< text: decoded; object: its JSON as sent, without blanks; other: empty
};

/// @return the members that are not null, in order. Error "json": not exactly one JSON object in UTF-8, a key twice at
/// any
///         level, a number beyond 64 bits, or deeper than `depth_max`
/// Source: RFC 8259; I-JSON (RFC 7493) §2.3 for keys.
[[nodiscard]] model::Result<std::vector<Member>> read_members(std::string_view body);

}  // namespace chargehook::ingest
