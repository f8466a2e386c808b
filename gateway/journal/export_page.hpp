/// A stretch of an export: so much as one short transaction reads. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

/// Of one page, of records as they are stored; at least one record is read whatever its size.
inline constexpr std::size_t export_page_records_max = 256;
inline constexpr std::size_t export_page_bytes_max = 256 * 1024;

struct ExportRequest {
  model::Sequence after = 0;              ///< records above this
  std::optional<std::uint64_t> of_store;  ///< refused unless it is this store that has given the sequence `after`
};

/// How far a page goes.
struct ExportPageEnd {
  model::Sequence after = 0;             ///< for the next page: the last sequence looked at
  std::uint64_t events = 0;              ///< lines of the page
  std::vector<model::Sequence> damaged;  ///< records that do not read well: they have no line
  bool is_last = false;                  ///< nothing lies behind it

  bool operator==(const ExportPageEnd&) const = default;
};

struct ExportPage {
  std::string lines;  ///< export lines (export_line.hpp), each with its line end
  ExportPageEnd end;
  model::Error refusal;  ///< unless its code is empty: why nothing could be read. "store", "damaged", "io"
};

/// One line without its end, as it stands behind the lines of a page: `{"after":…,"events":…,"damaged":[…],"last":…}`
[[nodiscard]] std::string to_text(const ExportPageEnd& end);

/// Whether a line is one of those and no event.
[[nodiscard]] bool is_page_end(std::string_view line);

/// @return "json" if it is something else
[[nodiscard]] model::Result<ExportPageEnd> read_page_end(std::string_view line);

}  // namespace chargehook::journal
