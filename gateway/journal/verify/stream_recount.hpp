/// Counts a stream's events again, from the records themselves, and compares with what its row says, with the points of
/// its chain, and with the rows of what its cursor has passed although it is not done. Pure; one thread.
///
/// Where all records from the start are there, numbers and hashes follow from them alone. Where the first are trimmed
/// they follow from the first point that is there with its record. Before that the count is the least that it can be:
/// it begins at what the newest point below says, and if it ends where the next point does, nothing is missing in
/// between and the hash has to agree as well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "journal/format/record.hpp"
#include "journal/verify/counting.hpp"
#include "model/chain_point.hpp"
#include "model/pend.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

class StreamRecount {
 public:
  /// Gets a row of `pend` that is wrong, and why, in words.
  using Wrong = std::function<void(const model::PendRow& row, std::string what)>;
  /// The same of a point.
  using WrongPoint = std::function<void(const model::ChainPoint& point, std::string what)>;

  /// @param begin of the chain: over the stream's name
  StreamRecount(model::StreamRow row, Counting::Matches matches, const model::ChainHash& begin);

  [[nodiscard]] const model::StreamRow& row() const { return row_; }

  /// The points of this stream, by n, before the records and before anything is missed. Not every multiple has one: a
  /// full store goes without.
  void expect(const std::vector<model::ChainPoint>& points, const WrongPoint& wrong);

  /// A row of `pend` of this stream, before the records.
  /// @param floor of its class: its record lies above it
  void expect(const model::PendRow& pend, model::Sequence floor, const Wrong& wrong);

  /// The next record of the stream's class.
  void take(const Counting& counting, const Record& record, const Wrong& wrong, const WrongPoint& wrong_point);

  /// Records up to here, beginning above `from`, cannot be counted: trimmed, damaged, or not looked at.
  void miss(model::Sequence from, model::Sequence up_to, const WrongPoint& wrong);

  /// All records up to the row's cursor have been given or missed.
  /// @return what is wrong, in words; nothing if all agrees or too much was missed to say
  [[nodiscard]] std::optional<std::string> judge(const Wrong& wrong, const WrongPoint& wrong_point) const;

 private:
  /// What the count is worth.
  enum class Count : std::uint8_t {
    from_start,  ///< it follows from the records alone
    from_point,  ///< … and from a point that is taken at its word
    at_least,    ///< as many there were at least
  };

  [[nodiscard]] std::optional<std::string> wrong_place(const model::ChainPoint& point) const;
  void compare(const model::PendRow& pend, const Record& record, bool is_own, const Wrong& wrong) const;
  void compare_point(const model::ChainPoint& point, const Record& record, bool is_own, const WrongPoint& wrong);
  void go_on_from(const model::ChainPoint& point, Count worth);
  [[nodiscard]] const model::ChainPoint* next_point() const;

  model::StreamRow row_;
  Counting::Matches matches_;
  std::uint64_t n_ = 0;
  model::ChainHash hash_;
  Count worth_ = Count::from_start;
  std::map<model::Sequence, model::PendRow> pend_;  ///< whose record has been neither given nor missed
  std::vector<model::ChainPoint> points_;           ///< by n, and so by sequence
  std::size_t passed_points_ = 0;                   ///< of these: whose record has been given or missed
};

}  // namespace chargehook::journal
