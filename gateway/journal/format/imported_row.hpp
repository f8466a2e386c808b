/// A row of the table `imported`: a range of another store's sequences whose events are in this one, each of them, as
/// far as there ever was one. Pure; any thread. docs/formats.md has the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/result.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

namespace database {
inline constexpr std::string_view imported = "imported";
}  // namespace database

/// Rows of the table at most: some megabytes, in the store and in memory. A file has one as long as nothing was trimmed
/// or cut out of it; where much was, events that would need one more are refused.
inline constexpr std::size_t imported_rows_max = 100'000;

struct ImportedRow {
  std::uint64_t store_id = 0;
  model::Sequence from = 0;  ///< the first; not 0
  model::Sequence to = 0;    ///< the last

  bool operator==(const ImportedRow&) const = default;
};

/// A row to be written, or deleted.
struct ImportedPut {
  std::uint64_t store_id = 0;
  model::Sequence from = 0;
  std::optional<model::Sequence> to;  ///< nothing: delete

  bool operator==(const ImportedPut&) const = default;
};

[[nodiscard]] std::string imported_key(std::uint64_t store_id, model::Sequence from);
[[nodiscard]] std::string encode_imported(const ImportedRow& row);
/// @return "check", "version"; any bytes are safe to hand in
[[nodiscard]] model::Result<ImportedRow> decode_imported(std::string_view key, std::string_view value);

}  // namespace chargehook::journal
