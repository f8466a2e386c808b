/// Counts a stream's events again, from the records themselves, and compares with what its row says. Pure; one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "journal/format/record.hpp"
#include "journal/verify/counting.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

class StreamRecount {
 public:
  /// @param begin of the chain: over the stream's name
  StreamRecount(model::StreamRow row, Counting::Matches matches, const model::ChainHash& begin);

  [[nodiscard]] const model::StreamRow& row() const { return row_; }

  /// The next record of the stream's class.
  void take(const Counting& counting, const Record& record);

  /// Records up to here, beginning above `from`, cannot be counted: trimmed, damaged, or not looked at.
  void miss(model::Sequence from, model::Sequence up_to);

  /// All records up to the row's cursor have been given or missed.
  /// @return what is wrong, in words; nothing if all agrees or too much was missed to say
  [[nodiscard]] std::optional<std::string> judge() const;

 private:
  model::StreamRow row_;
  Counting::Matches matches_;
  std::uint64_t n_ = 0;
  model::ChainHash hash_;
  bool complete_ = true;  ///< nothing between start and cursor was missed
};

}  // namespace chargehook::journal
