/// What receivers saw of one stream: n without holes but those it was told of, one event per n, the chain, the order of
/// each device, one attempt at a time for each. Uses no code of the gateway.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "judge/complaints.hpp"
#include "judge/held_files.hpp"
#include "judge/link.hpp"
#include "judge/wire_event.hpp"
#include "judge/wire_gap.hpp"

namespace chargehook::simulation {

class StreamJudge {
 public:
  /// @param held what was carried out of the store; without it no billing event may be given up
  StreamJudge(std::string name, Complaints& complaints, HeldFiles* held = nullptr);

  void started(const WireEvent& event);
  /// @param acknowledged the gateway has heard that the receiver took it
  void ended(std::uint64_t n, bool acknowledged);
  /// The receiver is told that these will not come.
  void lost(const WireGap& gap);
  /// The gateway is gone: nothing of this stream is under way any more.
  void run_ended();

  /// Nothing may be missing any more.
  void close();
  /// Nothing is missing, under way or unacknowledged.
  [[nodiscard]] bool is_at_rest() const;

  /// @return the id under this n, empty if it was never seen
  [[nodiscard]] std::string id_at(std::uint64_t n) const;
  [[nodiscard]] bool is_acknowledged(std::uint64_t n) const;
  [[nodiscard]] bool is_lost(std::uint64_t n) const { return lost_.contains(n); }
  /// @return h(n), nothing unless all up to n were seen or told to be lost, and it is known
  [[nodiscard]] std::optional<Link> link_at(std::uint64_t n) const;
  /// @return the hash that came with n, empty if it was never seen
  [[nodiscard]] std::string hash_at(std::uint64_t n) const;

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
  [[nodiscard]] std::optional<Link> link_of_seen(std::uint64_t n, const Seen& seen);
  void tell_link(std::uint64_t n, const Link& link);
  void overtake(std::uint64_t n, Key& key);
  void complain(std::uint64_t n, const std::string& what);

  std::string name_;
  Complaints& complaints_;
  HeldFiles* held_;
  std::vector<std::optional<Seen>> seen_;  ///< by n - 1
  std::map<std::string, Key> keys_;
  std::vector<std::optional<Link>> links_;  ///< h(0) … up to the first n neither seen nor lost; unknown within a loss
  std::set<std::uint64_t> lost_;            ///< n told to be lost
  std::map<std::uint64_t, Link> told_;      ///< h(n) as gaps tell it
  std::set<std::uint64_t> overtaken_;       ///< not acknowledged when a later one of its key began: has to be lost
};

}  // namespace chargehook::simulation
