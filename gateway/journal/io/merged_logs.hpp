/// The rows of the four logs in the order of their sequence, inside one transaction.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "journal/io/lmdb_environment.hpp"
#include "model/event.hpp"
#include "model/result.hpp"
#include "model/stream.hpp"

namespace chargehook::journal::io {

/// Keys that do not rise are pages that contradict each other, and could go on for ever: "damaged".
[[nodiscard]] model::Error out_of_order(Table table, std::string_view key);

class MergedLogs {
 public:
  /// From the first sequence above `after`, which is not the highest there is.
  [[nodiscard]] static model::Result<MergedLogs> open(Transaction& transaction, model::Sequence after);

  /// The class whose next row is the lowest; nothing at the end of all.
  [[nodiscard]] std::optional<model::EventClass> lowest() const;

  [[nodiscard]] const Row& row(model::EventClass event_class) const {
    return *rows_[static_cast<std::size_t>(event_class)];
  }

  [[nodiscard]] model::Result<void> advance(model::EventClass event_class);

 private:
  std::vector<Cursor> cursors_;
  std::array<std::optional<Row>, model::event_class_count> rows_;
};

}  // namespace chargehook::journal::io
