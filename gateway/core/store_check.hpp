/// When the store is walked through, and what came of it. A walk that somebody asked for goes as fast as the reader
/// has time; the daily one leaves pauses between its pieces. Decides, touches nothing. Owner: core. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "journal/store_look.hpp"
#include "model/clock.hpp"

namespace chargehook::core {

/// What is known of the last walk, and of one that is under way.
struct StoreCheckReport {
  bool running = false;
  std::uint64_t walks = 0;  ///< done since the start
  std::uint64_t records_seen = 0;
  std::uint64_t records_total = 0;  ///< at its begin, about
  std::uint64_t rows_seen = 0;
  model::WallTime ended;       ///< of the last walk that is done; not set before the first
  journal::Findings findings;  ///< of the walk under way if there is one, else of the last
  std::string reason;          ///< why it does not get on, or empty
};

class StoreCheck {
 public:
  explicit StoreCheck(const model::Now& started);

  /// Somebody waits for it: begins at once, or hurries the one under way.
  void ask(const model::Now& now, std::uint64_t records_total);
  void on_timer(const model::Now& now, std::uint64_t records_total);

  /// @return whether a walk has ended with this piece
  bool walked(const model::Now& now, const journal::WalkResult& result);

  /// What the reader has to do; at most one piece is under way.
  [[nodiscard]] std::optional<journal::WalkRequest> take_request(const model::Now& now);
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;
  [[nodiscard]] const StoreCheckReport& report() const { return report_; }

 private:
  void begin(const model::Now& now, std::uint64_t records_total);

  StoreCheckReport report_;
  model::BootTime next_walk_;
  std::optional<model::BootTime> next_piece_;  ///< while a walk is under way and the reader is not at it
  bool begins_ = false;
  bool in_a_hurry_ = false;
};

}  // namespace chargehook::core
