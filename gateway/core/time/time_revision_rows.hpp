/// What is kept of events that went out under a time that was not known, as rows of module state. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/event.hpp"
#include "model/stream.hpp"

namespace chargehook::core {

using Sequences = std::array<model::Sequence, model::event_class_count>;  ///< one per class

/// Events of this boot of the machine may go out under a time that is not known.
struct UncorrectedMark {
  std::uint32_t first_boot = 0;  ///< first opening of the store within this boot of the machine
  Sequences after{};             ///< none up to here is of it

  bool operator==(const UncorrectedMark&) const = default;
};

/// Events of these openings are to be told again with corrected times.
struct RevisionPlan {
  std::uint32_t first_boot = 0;
  std::uint32_t last_boot = 0;
  Sequences done{};   ///< looked at, and what had to be told is stored
  Sequences up_to{};  ///< nothing above went out under a time that was not known

  bool operator==(const RevisionPlan&) const = default;
};

inline constexpr std::string_view mark_key = "clock/uncorrected";
inline constexpr std::string_view plan_prefix = "clock/revisions/";
[[nodiscard]] std::string plan_key(const RevisionPlan& plan);

/// Decimal numbers with one blank between, in the order of the members.
[[nodiscard]] std::string encode_mark(const UncorrectedMark& mark);
[[nodiscard]] std::optional<UncorrectedMark> decode_mark(std::string_view text);
[[nodiscard]] std::string encode_plan(const RevisionPlan& plan);
[[nodiscard]] std::optional<RevisionPlan> decode_plan(std::string_view text);

}  // namespace chargehook::core
