/// Judges the times that receivers get: what is called corrected is what some clock that was right would have shown,
/// and what went out before the time was known is told again once. Knows what the machine's clock showed and when
/// things really happened. Uses no code of the gateway. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "judge/complaints.hpp"
#include "judge/wire_event.hpp"

namespace chargehook::simulation {

class TimeJudge {
 public:
  explicit TimeJudge(Complaints& complaints) : complaints_(complaints) {}

  /// The machine was switched on: its boot time begins anew.
  void machine_began() { boots_.emplace_back(); }
  /// It says that its clock is right; it shows `error_ns` more than the true time.
  void clock_is_known(std::int64_t error_ns);
  /// A source hands something in for the gateway to stamp.
  void handed_in(const std::string& reference, std::int64_t true_ns);

  /// The content of a sequence, told for the first time.
  void first_sent(const WireEvent& event);
  /// … and each time.
  void sent(const WireEvent& event, const std::string& reference);

  /// Everything has had its time.
  void close();

 private:
  struct Moment {
    std::int64_t true_ns = 0;
    std::size_t boot = 0;
  };
  [[nodiscard]] bool is_possible(const std::string& reference, std::int64_t time_ns) const;
  void check_revision(const WireEvent& event);

  Complaints& complaints_;
  std::vector<std::vector<std::int64_t>> boots_;  ///< errors that a known clock had
  std::map<std::string, std::vector<Moment>> handed_in_;
  std::map<std::string, int> originals_;  ///< by id: sequences
  std::map<std::string, int> revisions_;  ///< by the id they revise
};

/// The id that a revision of times has an event of this id; what it revises, empty if `id` is none's.
[[nodiscard]] std::string time_revision_of(std::string_view id);
[[nodiscard]] std::string revised_by(std::string_view id);

}  // namespace chargehook::simulation
