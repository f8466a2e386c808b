/// Decides what time it is, from what the machine's clock shows and from whom it is trusted to be told, and remembers
/// what was learned in this boot of the machine. Owner: core. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "journal/stored_state.hpp"
#include "model/boot_clocks.hpp"
#include "model/clock.hpp"
#include "model/result.hpp"

namespace chargehook::core {

/// Somebody other than the machine's clock has said what time it is.
struct ToldTime {
  model::TimeSource source = model::TimeSource::none;
  model::WallTime time;
  bool is_secure = false;  ///< over TLS
};

/// How well the time is known, or that the wall clock was moved.
struct ClockChange {
  model::TimeQuality before = model::TimeQuality::unknown;
  model::TimeQuality after = model::TimeQuality::unknown;
  model::TimeSource source = model::TimeSource::none;  ///< of `after`
  model::Nanoseconds step{};                           ///< by how much the time moved beside what passed
  std::string by;                                      ///< who, if a person did it; else empty
};

struct ClockStatus {
  model::WallTime time;     ///< what the gateway takes for the time
  model::WallTime machine;  ///< what the machine's clock shows
  model::TimeQuality quality = model::TimeQuality::unknown;
  model::TimeSource source = model::TimeSource::none;
  std::optional<std::chrono::seconds> age;  ///< since the source last told; nothing if none has
  std::optional<model::LearnedClock> learned;
  bool is_impossible = false;  ///< it cannot be right: signed deliveries wait
  std::string by;              ///< whose word it is, with source manual
  std::vector<model::TimeSource> trust;
  bool is_revising = false;  ///< corrected times of events that went out before are being told
};

class ClockKeeper {
 public:
  ClockKeeper(std::vector<model::TimeSource> trust, const journal::StoredState& stored);

  /// What the core takes for the present moment. Called with each.
  /// @param machine as the shell read it: quality synced or holdover if the machine says that its clock is right
  model::Now take(const model::Now& machine);

  void set_trust(std::vector<model::TimeSource> trust) { trust_ = std::move(trust); }

  /// Taken only from who is trusted, not before anything that was seen already, and without TLS not more than 25 h off.
  void told(const model::Now& now, const ToldTime& told);

  /// A person says that the machine's clock is right as it is now, for the rest of this boot of the machine.
  /// @return "clock" if it cannot be, "trust" if nobody's word is to be taken
  [[nodiscard]] model::Result<void> accept(const std::string& by);

  /// Gives an event that the machine's clock stamped, as a shell read it, the time of this one, if that is known.
  void restamp(model::Event& event) const;

  [[nodiscard]] bool is_known() const { return source_ != model::TimeSource::none; }
  [[nodiscard]] bool is_impossible() const;
  /// What was stamped while the time was not known turned out to be right, to two seconds.
  [[nodiscard]] bool was_right() const;
  [[nodiscard]] const model::BootClocks& boots() const { return boots_; }

  /// What the row of this boot has to say, if that has changed since the last call.
  [[nodiscard]] std::optional<model::LearnedClock> take_learned();

  /// What receivers and the log should hear of; changes within a minute of one come together after it.
  [[nodiscard]] std::optional<ClockChange> take_change();

  /// Looks again at the machine's clock while nobody has said what time it is; nothing else would.
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

  [[nodiscard]] ClockStatus status() const;

 private:
  struct Verdict {
    model::TimeSource source = model::TimeSource::none;
    model::TimeQuality quality = model::TimeQuality::unknown;
    model::WallTime wall;
  };

  [[nodiscard]] Verdict judge() const;
  [[nodiscard]] bool machine_knows() const;
  [[nodiscard]] std::optional<Verdict> ask(model::TimeSource source) const;
  [[nodiscard]] bool trusts(model::TimeSource source) const;
  void note_known(const Verdict& verdict);
  void note_change(const Verdict& verdict, model::Nanoseconds step);

  std::vector<model::TimeSource> trust_;
  model::WallTime newest_known_;
  model::BootClocks boots_;
  std::array<std::optional<model::LearnedClock>, 5> told_{};  ///< by source, in this boot of the machine
  std::string by_;

  model::Now machine_;
  model::TimeSource source_ = model::TimeSource::none;
  model::TimeQuality quality_ = model::TimeQuality::unknown;
  bool is_first_ = true;  ///< nothing was taken yet: what the first moment shows is no change
  std::optional<model::LearnedClock> learned_;
  bool is_learned_new_ = false;
  std::optional<model::Nanoseconds> unknown_lowest_;  ///< offsets of the machine's clock while nobody had told
  std::optional<model::Nanoseconds> unknown_highest_;
  std::optional<ClockChange> change_;
  std::optional<model::BootTime> quiet_until_;
};

}  // namespace chargehook::core
