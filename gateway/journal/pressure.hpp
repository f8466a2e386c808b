/// What a filling store still takes, and what goes first. Fill is the share in use of what may be filled: the map
/// without its reserve. The table is in docs/architecture.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "journal/batch.hpp"
#include "journal/stored_state.hpp"
#include "model/event.hpp"

namespace chargehook::journal {

/// Each also does what those before it do.
enum class PressureLevel : std::uint8_t {
  none,
  delivered_goes,  ///< above 70 %: delivered records of all classes, oldest first
  telemetry_goes,  ///< above 85 %: undelivered telemetry
  state_goes,      ///< above 92 %: undelivered state; telemetry is refused
  safety_goes,     ///< above 96 %: undelivered safety; state is refused
  full,            ///< above 98 %: nothing goes, and sources of billing and safety are pushed back
};
inline constexpr int pressure_level_count = 6;

/// As status and events say it: "telemetry_goes".
[[nodiscard]] std::string_view to_string(PressureLevel level);

/// The same for people: "undelivered telemetry goes, oldest first".
[[nodiscard]] std::string_view what_goes(PressureLevel level);

/// The fill above which a level begins, 0 to 1.
[[nodiscard]] double begin_of(PressureLevel level);

/// The level at which undelivered records of the class go; nothing for billing, which stays.
[[nodiscard]] std::optional<PressureLevel> eviction_level(model::EventClass event_class);

/// Share in use of what may be filled, 0 to above 1.
[[nodiscard]] double fill(const Usage& usage);

/// The level of this moment.
[[nodiscard]] PressureLevel level_of(const Usage& usage);

/// As `level_of`, but a level once reached is left only `hysteresis` below its begin.
inline constexpr double pressure_hysteresis = 0.03;
[[nodiscard]] PressureLevel next_level(PressureLevel before, const Usage& usage);

/// Whether an event of the class is still admitted. Telemetry ends first, billing last: its sources are pushed back
/// rather than anything being dropped.
/// @param waiting_bytes admitted and not yet in the store
[[nodiscard]] bool admits(const Usage& usage, std::size_t waiting_bytes, model::EventClass event_class);

/// Whether cursors leave points of their chains: not above 98 %, where nothing more is taken in either.
[[nodiscard]] bool may_leave_points(const Usage& usage);

/// Whether cursors may pass what is not done, which takes rows: not where they would go into the reserve. It is for
/// cursors and for what makes room, and such rows make none.
[[nodiscard]] bool may_pend(const Usage& usage);

/// Whether a process that reads the store's file itself keeps so much from being used again that it has to be said.
/// What goes from the store gives no room then.
[[nodiscard]] bool is_held(const Usage& usage);

/// Whether delivered records go for want of space.
[[nodiscard]] bool is_trimming(const Usage& usage);

/// The trims of records that no open stream wants any more.
/// @param wanted_above per class, the highest sequence that nobody needs
[[nodiscard]] std::vector<Trim> trims_of_delivered(
    const std::array<model::Sequence, model::event_class_count>& wanted_above,
    const std::array<ClassLog, model::event_class_count>& logs);

}  // namespace chargehook::journal
