/// A rule as its file says it: plain values. config/ makes them; a quantity has been read, an expression has not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/clock.hpp"
#include "model/event.hpp"

namespace chargehook::rules {

/// Which events a rule makes.
enum class AlarmKind : std::uint8_t { fault, load_management };
[[nodiscard]] std::string_view to_string(AlarmKind kind);  ///< "fault", "load_management"

/// What a condition counts as that cannot be known.
enum class Missing : std::uint8_t {
  hold,   ///< nothing changes: no alarm begins, none ends
  raise,  ///< as if it were true: no meter, assume the worst
  clear,  ///< as if it were false
};

struct RuleConfig {
  std::string id;     ///< [a-z0-9-], at most 64, unique over all files
  std::string title;  ///< may name its instance: "Bay <charger> too hot"
  std::string each;   ///< binding.hpp; empty: one instance
  std::string when;
  std::string clear;                  ///< empty: not `when`
  model::Nanoseconds raise_after{0};  ///< key `for`
  model::Nanoseconds clear_after{0};  ///< key `clear_for`
  model::Severity severity = model::Severity::medium;
  Missing missing = Missing::hold;
  std::optional<AlarmKind> kind;  ///< key `event`; nothing: load management if only meters and transformers have a part
  std::string cause;
  std::string advice;
  std::string text;

  bool operator==(const RuleConfig&) const = default;
};

}  // namespace chargehook::rules
