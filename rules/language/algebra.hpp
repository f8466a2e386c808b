/// Which quantities may meet, and what comes out. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "model/unit.hpp"

namespace chargehook::rules {

enum class Arithmetic : std::uint8_t { add, subtract, multiply, divide };

/// Bare numbers have Quantity::none; they meet counts and ratios alone.
struct Refusal {
  std::string code;  ///< E204 other quantities, E205 a number without unit, E206 arithmetic, E207 per cent of what
  std::string message;
  std::string help;
};

/// What `left op right` is. The result in base units is `factor` × what the base units give.
struct Combined {
  model::Quantity quantity = model::Quantity::none;
  double factor = 1;
};
[[nodiscard]] std::variant<Combined, Refusal> combine(Arithmetic operation, model::Quantity left,
                                                      model::Quantity right);

/// Nothing if they may be compared.
[[nodiscard]] std::optional<Refusal> refuse_comparison(model::Quantity left, model::Quantity right);

/// "power", "a number without unit"
[[nodiscard]] std::string described(model::Quantity quantity);

}  // namespace chargehook::rules
