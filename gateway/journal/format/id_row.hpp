/// A row of the table `ids`: which event a source has handed in under which id, so that its repetition is known again.
/// Pure; any thread. docs/formats.md has the bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/event.hpp"
#include "model/result.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

namespace database {
inline constexpr std::string_view ids = "ids";
}  // namespace database

/// XXH3-64 (seed 0) of the id's text.
[[nodiscard]] std::uint64_t id_hash(std::string_view event_id);

/// XXH3-64 (seed 0) of what the source said: type, subject, its own time if it gave one, and data. When it came is not
/// in it, nor are the objects `site`, `charger` and `connector` of data, which we copy in.
[[nodiscard]] std::uint64_t content_hash(const model::Event& event);

struct IdRow {
  std::uint32_t day = 0;         ///< of its writing; rises, and is no more than a number (core/intake/known_ids.hpp)
  std::uint64_t id = 0;          ///< id_hash
  model::Sequence sequence = 0;  ///< of the event
  std::uint64_t content = 0;     ///< content_hash

  bool operator==(const IdRow&) const = default;
};

/// Day and id.
[[nodiscard]] std::string id_key(const IdRow& row);
/// What a key says by itself, for a row whose value is not to be trusted; nothing if no row has such a key.
[[nodiscard]] std::optional<IdRow> id_of_key(std::string_view key);
[[nodiscard]] std::string encode_id(const IdRow& row);
/// @return "check", "version"; any bytes are safe to hand in
[[nodiscard]] model::Result<IdRow> decode_id(std::string_view key, std::string_view value);

}  // namespace chargehook::journal
