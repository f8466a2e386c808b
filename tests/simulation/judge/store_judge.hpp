/// Judges a store that nobody has open, right after a crash or at the end: the invariants of format 1, and that what
/// sources were told and receivers acknowledged is what it says. Uses no code of the gateway.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "judge/complaints.hpp"
#include "judge/delivery_judge.hpp"
#include "judge/point_judge.hpp"
#include "judge/store_reader.hpp"

namespace chargehook::simulation {

class StoreJudge {
 public:
  /// @param held what was carried out of the store; without it no billing event may be gone
  StoreJudge(const DeliveryJudge& deliveries, Complaints& complaints, HeldFiles* held = nullptr)
      : deliveries_(deliveries), complaints_(complaints), held_(held), points_(deliveries, complaints) {}

  /// Reads it and says what is wrong. Remembers what each sequence was, for the next time.
  void inspect(const std::string& folder);

  /// The same of one that has been read.
  void judge(const StoreSnapshot& store);

  /// At the end, when everything had its time: what went out under a time that was not known, in a boot of the machine
  /// that learned it later, was told again.
  void inspect_times(const std::string& folder);
  void judge_times(const StoreSnapshot& store);

  /// From here on: a store that is full goes without some points of chains.
  void points_may_be_missing() { points_.some_may_be_missing(); }

  /// Points of chains that were ever there.
  [[nodiscard]] std::size_t points_seen() const { return points_.seen(); }

 private:
  void check_logs(const StoreSnapshot& store);
  void check_log(const StoreSnapshot& store, std::size_t log);
  void check_accepted(const StoreSnapshot& store);
  void check_ids(const StoreSnapshot& store);
  void check_gaps(const StoreSnapshot& store);
  void check_gap(const StoreSnapshot& store, const StoredGap& row);
  void check_held(const StoredGap& row);
  void check_notice(const StoreSnapshot& store, const StoredGap& row, const StoredNotice& notice);
  [[nodiscard]] bool is_in_gap(const DeliveryJudge::Accepted& accepted) const;
  void check_stream(const StoreSnapshot& store, const StoredStream& row);
  void check_cursor(const StoreSnapshot& store, const std::string& name, const StoredStream& row);
  void check_pend(const StoreSnapshot& store, const StoredStream& row, const std::string& endpoint);
  void check_pend_row(const StoreSnapshot& store, const StoredStream& row, const std::string& endpoint,
                      const StoredPend& pend);
  void check_numbers(const StoreSnapshot& store, const StoredStream& row, const std::string& endpoint);

  const DeliveryJudge& deliveries_;
  Complaints& complaints_;
  HeldFiles* held_;
  PointJudge points_;
  /// Numbers of a stream that a row of `gaps` has ever said to be lost, and h(n) at their ends.
  struct Losses {
    std::set<std::uint64_t> numbers;
    std::map<std::uint64_t, Link> links;
  };

  /// Sequences of a class from one to the other.
  struct ToldLost {
    int event_class = 0;
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    auto operator<=>(const ToldLost&) const = default;
  };

  std::map<std::uint64_t, std::string> id_of_;  ///< by sequence: all that was ever in the store
  std::map<std::string, Losses> losses_;        ///< by stream
  std::set<ToldLost> lost_;                     ///< that a row of `gaps` ever told
};

}  // namespace chargehook::simulation
