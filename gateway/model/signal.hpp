/// The catalogue of signals: the one place that fixes name, unit, kind and phase of every quantity a device can show.
/// Adapters convert into the catalogue's unit; nothing downstream guesses.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/unit.hpp"

namespace chargehook::model {

/// A gauge goes up and down; a counter only rises (until it is replaced); a status is one of some words.
enum class SignalKind : std::uint8_t { gauge, counter, status };

enum class Phase : std::uint8_t { none, l1, l2, l3, n };

/// Position in the catalogue; dense, fixed within one build, never stored.
enum class SignalId : std::uint16_t {};

struct Signal {
  std::string_view name;  ///< as rule files use it: "meter.current_l1"
  Quantity quantity;
  SignalKind kind;
  Phase phase;
  std::string_view ocpp_measurand;  ///< OCPP measurand it stands for, or empty
  std::string_view sunspec_point;   ///< SunSpec point (meter model 20x) it stands for, or empty
  std::string_view meaning;         ///< one line for people
};

[[nodiscard]] std::span<const Signal> signals();
[[nodiscard]] std::optional<SignalId> find_signal(std::string_view name);
[[nodiscard]] const Signal& signal(SignalId id);

}  // namespace chargehook::model
