/// Tells again, once and with the time they should have had, events that went out before the gateway knew the time.
///
/// While the time is not known a mark is stored before anything may be sent. When the time becomes known the mark
/// becomes a plan: which records to look at. They are read, and each that our clock stamped without knowing the time
/// gives one event with the id time_correction_id(id); these and how far the plan has come are one entry, so that a
/// crash neither loses nor doubles one. Owner: core. One thread.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/time/time_revision_rows.hpp"
#include "journal/batch.hpp"
#include "journal/intake.hpp"
#include "model/boot_clocks.hpp"

namespace chargehook::core {

class TimeRevisions {
 public:
  /// @param ends last stored sequence of each class: what an earlier run of this boot sent may reach up to there
  TimeRevisions(const std::map<std::string, std::string>& kv, const model::BootClocks& clocks, const Sequences& ends);

  /// The time is not known: makes the mark unless there is one.
  /// @return whether `take_puts` has it, to be followed by `mark_stored` once it is durable
  bool mark(const model::BootClocks& clocks, const Sequences& ends);
  void mark_stored() { is_mark_stored_ = mark_.has_value(); }
  [[nodiscard]] bool is_marked() const { return is_mark_stored_; }

  /// An event went out under a time that was not known.
  void sent(const Sequences& up_to);

  /// The time is known: a mark becomes a plan.
  /// @param was_right what went out needs no word after all
  void known(const model::BootClocks& clocks, bool was_right);

  /// State to be stored, in order, before all that waits. Rows of a plan are also part of its entries: those come later
  /// than its first row and before its last.
  [[nodiscard]] std::vector<journal::KvPut> take_puts() { return std::exchange(puts_, {}); }

  /// The next records to look at; at most one read is under way.
  [[nodiscard]] std::optional<journal::ReadRequest> next_read(model::BootTime now);

  /// What they give; nothing if none of them has to be told again. Followed by `stored` or `refused`.
  [[nodiscard]] std::optional<journal::Entry> read(model::BootTime now, const journal::ReadResult& result,
                                                   const model::BootClocks& clocks);
  void stored();
  void refused(model::BootTime now);

  [[nodiscard]] bool is_busy() const { return !plans_.empty(); }
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

 private:
  enum class Doing : std::uint8_t { nothing, reading, storing };

  void take_old_mark(const UncorrectedMark& mark, const model::BootClocks& clocks, const Sequences& ends);
  void begin(const RevisionPlan& plan);
  void end_front();
  void pause(model::BootTime now);
  [[nodiscard]] std::optional<std::size_t> unfinished_class() const;
  [[nodiscard]] journal::Entry entry_of(const std::vector<journal::RecordPtr>& records, std::size_t place,
                                        const model::BootClocks& clocks);

  std::optional<UncorrectedMark> mark_;
  bool is_mark_stored_ = false;
  Sequences sent_{};
  std::deque<RevisionPlan> plans_;
  std::vector<journal::KvPut> puts_;
  Doing doing_ = Doing::nothing;
  RevisionPlan next_;  ///< the front plan once what is being stored is
  std::optional<model::BootTime> again_;
};

/// The event that tells `record` again; nothing if it has its time, or none can be given.
[[nodiscard]] std::optional<model::Event> time_revision(const journal::Record& record, const model::BootClocks& clocks);

}  // namespace chargehook::core
