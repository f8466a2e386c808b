/// Counts a stream's events again, from the records themselves, and compares with what its row says, and with the rows
/// of what its cursor has passed although it is not done. Pure; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "journal/format/record.hpp"
#include "journal/verify/counting.hpp"
#include "model/pend.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

class StreamRecount {
 public:
  /// Gets a row of `pend` that is wrong, and why, in words.
  using Wrong = std::function<void(const model::PendRow& row, std::string what)>;

  /// @param begin of the chain: over the stream's name
  StreamRecount(model::StreamRow row, Counting::Matches matches, const model::ChainHash& begin);

  [[nodiscard]] const model::StreamRow& row() const { return row_; }

  /// A row of `pend` of this stream, before the records.
  /// @param floor of its class: its record lies above it
  void expect(const model::PendRow& pend, model::Sequence floor, const Wrong& wrong);

  /// The next record of the stream's class.
  void take(const Counting& counting, const Record& record, const Wrong& wrong);

  /// Records up to here, beginning above `from`, cannot be counted: trimmed, damaged, or not looked at.
  void miss(model::Sequence from, model::Sequence up_to);

  /// All records up to the row's cursor have been given or missed.
  /// @return what is wrong, in words; nothing if all agrees or too much was missed to say
  [[nodiscard]] std::optional<std::string> judge(const Wrong& wrong) const;

 private:
  void compare(const model::PendRow& pend, const Record& record, bool is_own, const Wrong& wrong) const;

  model::StreamRow row_;
  Counting::Matches matches_;
  std::uint64_t n_ = 0;
  model::ChainHash hash_;
  bool complete_ = true;                            ///< nothing between start and cursor was missed
  std::map<model::Sequence, model::PendRow> pend_;  ///< whose record has been neither given nor missed
};

}  // namespace chargehook::journal
