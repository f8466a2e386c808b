/// Every kind of thing that goes wrong in the simulation, and how often it did. A run over many seeds in which one kind
/// never came about proves less than it says: it fails.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace chargehook::simulation {

enum class Fault : std::uint8_t {
  power_cut_before_call,  ///< inside a commit: the write or sync at which the power went did nothing
  power_cut_after_call,   ///< … did its work
  power_cut_idle,         ///< between commits
  power_cut_in_start,
  power_cut_in_trim,
  process_killed,
  killed_in_commit,
  pages_lost,         ///< a cut took whole pages that were not synced
  pages_torn,         ///< … and some sectors of a page
  rename_lost,        ///< … and a name given without a sync of the folder
  write_failed,       ///< EIO, nothing written
  write_failed_done,  ///< EIO, yet written
  write_short,
  write_no_space,
  sync_failed,        ///< EIO, and some pages never reach the disk though the page cache has them
  sync_failed_done,   ///< EIO, yet all is on the disk
  meta_write_failed,  ///< the same of the synchronous write that ends a commit
  allocation_failed,
  disk_broken,       ///< every write fails for a while
  commit_slow,       ///< longer than half a second
  receiver_down,     ///< connection refused
  name_unknown,      ///< resolving failed
  receiver_error,    ///< 5xx, 404, 401, 429
  receiver_refusal,  ///< 400, 409, 422: this event is not liked
  receiver_slow,
  taken_then_timeout,  ///< the receiver has the event, the gateway hears nothing
  taken_then_reset,    ///< the same, the connection is cut
  request_lost,        ///< the connection is cut before the receiver has all of it
  answer_lost,         ///< to a source
  source_repeats,      ///< without need: the event was accepted
  source_revises,      ///< hands in other content under an id that was accepted
  clock_starts_1970,
  clock_jumps_forward,
  clock_jumps_back,
  meter_silent,
  charger_gone,  ///< its connection is cut
  csms_gone,
  csms_refuses,
  stopped_in_order,
  configuration_changed,
  receiver_away,    ///< for minutes
  records_evicted,  ///< undelivered ones went for want of space
  gap_evicted,      ///< the event that told of a gap went undelivered, and a later one tells it
  records_expired,
  clock_starts_stale,   ///< at the time of the last synchronisation: months behind
  billing_carried_out,  ///< nobody fetched it for too long
  held_file_failed,     ///< … and its file could not be written
  power_cut_in_held_file,
  event_disliked,      ///< refused for its content for as long as nothing heals
  refused_passed,      ///< a cursor was stored beyond an event that is refused
  others_went_beyond,  ///< more than 256 deliveries beyond one in its stream
  count_of_kinds
};
inline constexpr std::size_t fault_kinds = static_cast<std::size_t>(Fault::count_of_kinds);

[[nodiscard]] std::string_view name_of(Fault fault);

class FaultCounts {
 public:
  void note(Fault fault) { ++counts_[static_cast<std::size_t>(fault)]; }
  void add(const FaultCounts& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  }
  [[nodiscard]] std::uint64_t of(std::size_t kind) const { return counts_[kind]; }
  [[nodiscard]] std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const auto count : counts_) sum += count;
    return sum;
  }

 private:
  std::array<std::uint64_t, fault_kinds> counts_{};
};

}  // namespace chargehook::simulation
