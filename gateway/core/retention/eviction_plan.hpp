/// Which records at the head of a class's log go next: reads them, a bounded piece at a time, and keeps of each what
/// streams need to count and hash what they lose. Decides where the piece ends; touches nothing.
/// Owner: Core. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

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
};

struct EvictionOrder {
  model::EventClass event_class{};
  EvictionCause cause = EvictionCause::space;
  journal::Floor floor;                       ///< of the class's log: the piece begins above it
  std::optional<journal::Cutoff> older_than;  ///< the piece ends before the first record that is not
  model::Sequence up_to = 0;                  ///< … and here at the latest
  std::uint32_t records_max = 2000;
  std::uint64_t bytes_max = std::uint64_t{1} << 20;
};

class EvictionPlan {
 public:
  void begin(const EvictionOrder& order);
  void abandon() { order_.reset(); }

  [[nodiscard]] bool is_idle() const { return !order_; }
  [[nodiscard]] bool is_complete() const { return order_ && is_complete_; }
  [[nodiscard]] const EvictionOrder& order() const { return *order_; }

  /// The next read, if it is time for one. Marks it as under way.
  [[nodiscard]] std::optional<journal::ReadRequest> want_read(const model::Now& now);
  /// The answer to it, or to one of an order that was abandoned. One with a reason is asked again after a second.
  void records_read(const model::Now& now, const journal::ReadResult& result);
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

  // Once complete. Nothing goes if `records` is 0.
  [[nodiscard]] const std::vector<delivery::Item>& items() const { return items_; }  ///< sound ones; data left out
  [[nodiscard]] model::Sequence first() const { return first_; }
  [[nodiscard]] model::Sequence up_to() const { return after_; }
  [[nodiscard]] std::uint32_t records() const { return records_; }     ///< with damaged ones
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }         ///< that they take, roughly
  [[nodiscard]] bool has_met_limit() const { return has_met_limit_; }  ///< there may be more of the kind

 private:
  [[nodiscard]] bool ends_before(const journal::Record& record) const;
  void take(const journal::Record& record);
  void pass(model::Sequence sequence);

  std::optional<EvictionOrder> order_;
  std::vector<delivery::Item> items_;
  model::Sequence first_ = 0;
  model::Sequence after_ = 0;
  std::uint32_t records_ = 0;
  std::uint64_t bytes_ = 0;
  bool is_complete_ = false;
  bool has_met_limit_ = false;
  std::uint64_t next_read_ = 1;
  std::optional<journal::ReadId> under_way_;
  std::optional<model::BootTime> again_at_;
};

}  // namespace chargehook::core
