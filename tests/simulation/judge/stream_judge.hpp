/// What receivers saw of one stream: n without holes, one event per n, the chain, the order of each device, one attempt
/// at a time for each. Uses no code of the gateway.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "judge/complaints.hpp"
#include "judge/link.hpp"
#include "judge/wire_event.hpp"

namespace chargehook::simulation {

class StreamJudge {
 public:
  StreamJudge(std::string name, Complaints& complaints);

  void started(const WireEvent& event);
  /// @param acknowledged the gateway has heard that the receiver took it
  void ended(std::uint64_t n, bool acknowledged);
  /// The gateway is gone: nothing of this stream is under way any more.
  void run_ended();

  /// Nothing may be missing any more.
  void close();
  /// Nothing is missing, under way or unacknowledged.
  [[nodiscard]] bool is_at_rest() const;

  /// @return the id under this n, empty if it was never seen
  [[nodiscard]] std::string id_at(std::uint64_t n) const;
  [[nodiscard]] bool is_acknowledged(std::uint64_t n) const;
  /// @return h(n), nothing unless all up to n were seen
  [[nodiscard]] std::optional<Link> link_at(std::uint64_t n) const;

 private:
  struct Seen {
    std::string id;
    std::string key;
    std::string hash;
    std::string previous_hash;
    std::uint64_t sequence = 0;
    bool acknowledged = false;
  };
  struct Key {
    std::uint64_t highest = 0;
    std::set<std::uint64_t> open;  ///< seen and not acknowledged
    std::optional<std::uint64_t> under_way;
  };

  void first_seen(const WireEvent& event);
  void check_again(const WireEvent& event, const Seen& seen);
  void extend_chain();
  void complain(std::uint64_t n, const std::string& what);

  std::string name_;
  Complaints& complaints_;
  std::vector<std::optional<Seen>> seen_;  ///< by n - 1
  std::map<std::string, Key> keys_;
  std::vector<Link> links_;  ///< h(0) … of what was seen without a hole
};

}  // namespace chargehook::simulation
