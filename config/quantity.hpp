/// Reads numbers and quantities as people write them: "250 kW", "15 s", "1 GiB". Never guesses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "model/unit.hpp"

namespace chargehook::config {

/// Why a text is not what is wanted.
struct Refusal {
  std::string code;  ///< "E132" …
  std::string message;
  std::string help;
};

template <class T>
using Read = std::variant<T, Refusal>;

/// A whole number in decimal digits, with or without a minus. Leading zeros, signs, exponents and points are refused.
[[nodiscard]] Read<std::int64_t> read_integer(std::string_view text);

/// `true` or `false`, nothing else.
[[nodiscard]] Read<bool> read_boolean(std::string_view text);

/// A number with its unit, in the base unit of `wanted` (model/unit.hpp).
/// @param example how a right value looks, for the help: "15 s"
/// Refuses `4,6 kVA` and `1.000 kW` (E137), a number without unit (E134), a unit that does not exist (E136) or measures
/// something else (E135).
[[nodiscard]] Read<double> read_quantity(std::string_view text, model::Quantity wanted, std::string_view example);

}  // namespace chargehook::config
