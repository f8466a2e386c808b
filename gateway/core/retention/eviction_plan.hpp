/// Which records at the head of a class's log go next: reads them, a bounded piece at a time, and keeps of each what
/// streams need to count and hash what they lose, or all of it if it has to be written to a file first. Decides where
/// the piece ends; touches nothing.
/// Owner: Core. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/read_ids.hpp"
#include "delivery/streams.hpp"
#include "journal/batch.hpp"
#include "journal/format/gap_row.hpp"
#include "journal/retention.hpp"
#include "model/clock.hpp"

namespace chargehook::core {

/// Why records go.
enum class EvictionCause : std::uint8_t {
  space,      ///< the store, or the class's share of it, is too full
  age,        ///< undelivered for longer than the class is kept
  delivered,  ///< delivered, and kept for replay long enough: nobody loses anything
  held,       ///< undelivered billing that is held no longer: goes into a file
};

struct EvictionOrder {
  model::EventClass event_class{};
  EvictionCause cause = EvictionCause::space;
  journal::Floor floor;                          ///< of the class's log: the piece begins above it
  std::optional<journal::Cutoff> older_than;     ///< the piece ends before the first record that is not
  model::Sequence up_to = 0;                     ///< … and here at the latest
  std::optional<journal::Cutoff> begins_before;  ///< of held billing: nothing goes unless the first is older than this
  std::uint32_t records_max = 2000;
  std::uint64_t bytes_max = std::uint64_t{1} << 20;
};

class EvictionPlan {
 public:
  explicit EvictionPlan(ReadKind reads) : reads_(reads) {}

  void begin(const EvictionOrder& order);
  void abandon();

  [[nodiscard]] bool is_idle() const { return !order_; }
  [[nodiscard]] bool is_complete() const { return order_ && is_complete_; }
  [[nodiscard]] const EvictionOrder& order() const { return *order_; }

  /// The next read, if it is time for one. Marks it as under way.
  [[nodiscard]] std::optional<journal::ReadRequest> want_read(const model::Now& now);
  /// The answer to it, or to one of an order that was abandoned. One with a reason is asked again after a second.
  void records_read(const model::Now& now, const journal::ReadResult& result);
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

  /// Complete, and the log has no record up to the order's end: not that the first is too young.
  [[nodiscard]] bool is_nothing_there() const;

  // Once complete. Nothing goes if `records` is 0.
  [[nodiscard]] const std::vector<delivery::Item>& items() const { return items_; }      ///< sound ones; data left out
  [[nodiscard]] const std::vector<journal::RecordPtr>& whole() const { return whole_; }  ///< the same, if held
  [[nodiscard]] model::Sequence first() const { return first_; }
  [[nodiscard]] model::Sequence up_to() const { return after_; }
  [[nodiscard]] std::uint32_t records() const { return records_; }     ///< with damaged ones
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }         ///< that they take, roughly
  [[nodiscard]] bool has_met_limit() const { return has_met_limit_; }  ///< there may be more of the kind

 private:
  /// How far the piece reaches.
  struct End {
    model::Sequence after = 0;
    std::uint32_t records = 0;
    std::uint64_t bytes = 0;
    std::size_t items = 0;
  };
  [[nodiscard]] bool ends_before(const journal::Record& record) const;
  [[nodiscard]] bool is_dated(const journal::Record& record) const;
  void take_records(const journal::ReadResult& result);
  void take(const journal::RecordPtr& record);
  void pass(model::Sequence sequence);
  [[nodiscard]] bool needs_date() const;
  [[nodiscard]] journal::ReadRequest read_for_piece() const;
  [[nodiscard]] journal::ReadRequest read_for_date() const;
  void look_for_date(const journal::ReadResult& result);
  void leave_what_is_not_dated();

  ReadKind reads_;
  std::optional<EvictionOrder> order_;
  std::vector<delivery::Item> items_;
  std::vector<journal::RecordPtr> whole_;
  model::Sequence first_ = 0;
  model::Sequence after_ = 0;
  std::uint32_t records_ = 0;
  std::uint64_t bytes_ = 0;
  End dated_;                          ///< up to the last record whose age is known
  model::Sequence undated_up_to_ = 0;  ///< no record up to here has an age that is known; holds for orders to come
  bool is_looking_for_date_ = false;   ///< behind the piece, which is as long as it may be
  bool is_complete_ = false;
  bool has_met_limit_ = false;
  bool is_first_young_ = false;
  std::uint64_t next_read_ = 1;
  std::optional<journal::ReadId> under_way_;
  std::optional<model::BootTime> again_at_;
};

}  // namespace chargehook::core
