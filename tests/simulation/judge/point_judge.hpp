/// Judges the points of streams' chains in a store that nobody has open. Uses no code of the gateway.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "judge/complaints.hpp"
#include "judge/delivery_judge.hpp"
#include "judge/store_reader.hpp"

namespace chargehook::simulation {

class PointJudge {
 public:
  PointJudge(const DeliveryJudge& deliveries, Complaints& complaints)
      : deliveries_(deliveries), complaints_(complaints) {}

  /// None is missing, each names its event, and from one to the next, and to the cursor, n and hash follow from the
  /// records. Remembers points, for the next time: none ever changes.
  void judge(const StoreSnapshot& store);

  void some_may_be_missing() { some_may_be_missing_ = true; }

  /// Points seen, of all streams, each once.
  [[nodiscard]] std::size_t seen() const { return known_.size(); }

 private:
  /// A place in a chain.
  struct Mark {
    std::uint64_t sequence = 0;
    std::uint64_t n = 0;
    Link link{};
  };

  void check_stream(const StoreSnapshot& store, const StoredStream& row, const std::vector<StoredPoint>& points);
  void check_numbers(const std::string& name, const StoredStream& row, const std::vector<StoredPoint>& points,
                     std::uint64_t floor);
  bool check_point(const std::string& name, const StoredPoint& point);
  void check_way(const std::string& name, const std::vector<const StoredRecord*>& own, const Mark& from, const Mark& to,
                 std::uint64_t floor);

  const DeliveryJudge& deliveries_;
  Complaints& complaints_;
  bool some_may_be_missing_ = false;
  std::map<std::string, Mark> known_;  ///< by stream and n
};

}  // namespace chargehook::simulation
