#include "config/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "config/nearest.hpp"
#include "config/report.hpp"

namespace chargehook::config {
namespace {

constexpr std::string_view digits = "0123456789";

bool all_digits(std::string_view text) { return !text.empty() && text.find_first_not_of(digits) == text.npos; }

/// The number as written, digits with one or more points and commas, and what follows it.
struct Written {
  std::string_view number;
  std::string_view unit;
};

Written split(std::string_view text) {
  const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  std::size_t end = text.find_first_not_of("0123456789.,'", sign);
  if (end == text.npos) end = text.size();
  const std::size_t unit = text.find_first_not_of(' ', end);
  return {text.substr(0, end), unit == text.npos ? std::string_view{} : text.substr(unit)};
}

std::string without_leading_zeros(std::string_view text) {
  const std::size_t first = text.find_first_not_of('0');
  return first == text.npos ? "0" : std::string(text.substr(first));
}

/// "4.6 or 4600?": the two numbers that `whole` and `fraction` may stand for.
Refusal ask_which(std::string_view text, std::string_view whole, std::string_view fraction, std::string_view unit) {
  std::string thousands(fraction);
  thousands.resize(std::max<std::size_t>(fraction.size(), 3), '0');
  const std::size_t last = fraction.find_last_not_of('0');
  std::string point(whole);
  if (last != fraction.npos) point.append(".").append(fraction.substr(0, last + 1));
  const std::string grouped = without_leading_zeros(std::string(whole) + thousands);
  const std::string after = unit.empty() ? "" : " " + std::string(unit);
  return {"E137", in_quotes(text) + " can be read in two ways: " + point + " or " + grouped + "?",
          "write " + point + after + " or " + grouped + after};
}

std::optional<Refusal> check_separators(std::string_view text, const Written& written) {
  const std::string_view number = written.number;
  const std::size_t separator = number.find_first_of(".,'");
  if (separator == number.npos) return std::nullopt;
  const std::string_view whole = number.substr(0, separator);
  const std::string_view fraction = number.substr(separator + 1);
  if (!all_digits(fraction) || !all_digits(whole.substr(whole.starts_with('-') ? 1 : 0))) {
    return Refusal{"E137", in_quotes(text) + " is not a number with one point",
                   "write a point before the decimals and nothing between thousands: 4600 or 4.6"};
  }
  const bool looks_grouped = fraction.size() == 3 && whole.size() <= 3 && !whole.starts_with('0');
  if (number[separator] != '.' || looks_grouped) return ask_which(text, whole, fraction, written.unit);
  return std::nullopt;
}

std::vector<std::string_view> symbols(model::Quantity quantity) {
  std::vector<std::string_view> out;
  for (const model::Unit& unit : model::units()) {
    if (unit.quantity == quantity) out.push_back(unit.symbol);
  }
  return out;
}

/// Units as people call them, beside the symbols.
std::string_view by_word(std::string_view word) {
  struct Word {
    std::string_view word;
    std::string_view symbol;
  };
  static constexpr std::array words{
      Word{"sec", "s"},  Word{"secs", "s"},    Word{"second", "s"},   Word{"seconds", "s"},   Word{"msec", "ms"},
      Word{"m", "min"},  Word{"mins", "min"},  Word{"minute", "min"}, Word{"minutes", "min"}, Word{"hr", "h"},
      Word{"hour", "h"}, Word{"hours", "h"},   Word{"day", "d"},      Word{"days", "d"},      Word{"G", "GiB"},
      Word{"M", "MiB"},  Word{"bytes", "byte"}};
  const auto found = std::find_if(words.begin(), words.end(), [word](const Word& entry) { return entry.word == word; });
  return found == words.end() ? std::string_view{} : found->symbol;
}

Refusal unknown_unit(const Written& written, model::Quantity wanted, std::string_view example) {
  if (!written.unit.empty() && digits.find(written.unit.front()) != digits.npos) {
    return {"E137", "a number with blanks in it", "write it without: " + std::string(example)};
  }
  const std::vector<std::string_view> known = symbols(wanted);
  std::string_view meant = by_word(written.unit);
  if (std::find(known.begin(), known.end(), meant) == known.end()) meant = nearest(written.unit, known);
  std::string help = "write for example " + std::string(example);
  if (!meant.empty()) help = "did you mean " + std::string(written.number) + " " + std::string(meant) + "?";
  return {"E136", "unknown unit " + in_quotes(written.unit), std::move(help)};
}

std::string a_number_hint(std::string_view text) {
  if (text.starts_with('+')) return "leave the + out";
  return "decimal digits only, no sign, point, exponent or unit";
}

}  // namespace

Read<std::int64_t> read_integer(std::string_view text) {
  const std::string_view magnitude = text.substr(text.starts_with('-') ? 1 : 0);
  if (!all_digits(magnitude)) return Refusal{"E132", in_quotes(text) + " is not a whole number", a_number_hint(text)};
  if (magnitude.size() > 1 && magnitude.front() == '0') {
    return Refusal{"E132", in_quotes(text) + " begins with a zero",
                   "write " + without_leading_zeros(magnitude) + "; a number has no leading zeros"};
  }
  std::int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc{}) return Refusal{"E138", in_quotes(text) + " is too large", ""};
  return value;
}

Read<bool> read_boolean(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return Refusal{"E133", in_quotes(text) + " is neither true nor false", "write true or false"};
}

Read<double> read_quantity(std::string_view text, model::Quantity wanted, std::string_view example) {
  const Written written = split(text);
  const std::string what(model::to_string(wanted));
  const std::string for_example = "write for example " + std::string(example);
  if (std::optional<Refusal> refusal = check_separators(text, written)) return *std::move(refusal);
  double value = 0;
  const auto result = std::from_chars(written.number.data(), written.number.data() + written.number.size(), value);
  if (written.number.find_first_of(digits) == text.npos || result.ec != std::errc{} ||
      result.ptr != written.number.data() + written.number.size()) {
    return Refusal{"E132", in_quotes(text) + " is not a number with a unit", for_example};
  }
  const std::string_view whole = written.number.substr(written.number.starts_with('-') ? 1 : 0);
  if (whole.size() > 1 && whole[0] == '0' && whole[1] != '.') {
    return Refusal{"E132", in_quotes(text) + " begins with a zero", "leave the zero out"};
  }
  if (written.unit.empty()) {
    return Refusal{"E134", in_quotes(text) + " has no unit",
                   "a " + what + " is written with its unit: " + std::string(example)};
  }
  const model::Unit* unit = model::find_unit(written.unit);
  if (unit == nullptr) return unknown_unit(written, wanted, example);
  if (unit->quantity != wanted) {
    return Refusal{
        "E135",
        in_quotes(text) + " is a " + std::string(model::to_string(unit->quantity)) + "; a " + what + " is wanted",
        for_example};
  }
  return value * unit->factor + unit->offset;
}

}  // namespace chargehook::config
