#include "rules/language/algebra.hpp"

#include <array>

namespace chargehook::rules {

namespace {

using model::Quantity;
using enum model::Quantity;

bool is_plain(Quantity quantity) { return quantity == none || quantity == count || quantity == ratio; }

struct Product {
  Arithmetic operation;
  Quantity left;
  Quantity right;
  Combined result;
};

// Energy is kept in mWh, time in s: 1 W s = 1000/3600 mWh.
constexpr double mwh_per_watt_second = 1000.0 / 3600.0;

constexpr std::array products{
    Product{Arithmetic::multiply, power, duration, {energy, mwh_per_watt_second}},
    Product{Arithmetic::multiply, duration, power, {energy, mwh_per_watt_second}},
    Product{Arithmetic::divide, energy, duration, {power, 1 / mwh_per_watt_second}},
    Product{Arithmetic::divide, energy, power, {duration, 1 / mwh_per_watt_second}},
    Product{Arithmetic::multiply, voltage, current, {apparent_power, 1}},
    Product{Arithmetic::multiply, current, voltage, {apparent_power, 1}},
    Product{Arithmetic::divide, apparent_power, voltage, {current, 1}},
    Product{Arithmetic::divide, apparent_power, current, {voltage, 1}},
    Product{Arithmetic::divide, voltage, current, {resistance, 1}},
    Product{Arithmetic::multiply, resistance, current, {voltage, 1}},
    Product{Arithmetic::multiply, current, resistance, {voltage, 1}},
};

std::string example(Quantity quantity) {
  switch (quantity) {
    case power:
      return "250 kW";
    case apparent_power:
      return "4.6 kVA";
    case reactive_power:
      return "10 kvar";
    case energy:
      return "5 kWh";
    case current:
      return "16 A";
    case voltage:
      return "230 V";
    case frequency:
      return "50 Hz";
    case temperature:
      return "70 degC";
    case temperature_difference:
      return "5 K";
    case resistance:
      return "500 kohm";
    case duration:
      return "30 s";
    case data_size:
      return "1 MiB";
    default:
      return "5";
  }
}

std::string_view operation_word(Arithmetic operation) {
  switch (operation) {
    case Arithmetic::add:
      return "add";
    case Arithmetic::subtract:
      return "subtract";
    case Arithmetic::multiply:
      return "multiply";
    case Arithmetic::divide:
      return "divide";
  }
  return "combine";
}

Refusal refuse_arithmetic(Arithmetic operation, Quantity left, Quantity right) {
  const std::string what = described(left) + " and " + described(right);
  std::string help;
  if (left == temperature || right == temperature) {
    help = "temperatures can be subtracted from one another, which gives K; K can be added to one";
  } else if (left == ratio || right == ratio) {
    help = "per cent of what? write for example `90 % of main.rating`";
  } else if (is_plain(left) != is_plain(right)) {
    help = "write the unit, for example " + example(is_plain(left) ? right : left);
  }
  return {"E206", "cannot " + std::string{operation_word(operation)} + " " + what, std::move(help)};
}

std::optional<Combined> sum(Arithmetic operation, Quantity left, Quantity right) {
  const bool subtract = operation == Arithmetic::subtract;
  if (left == temperature && right == temperature) {
    return subtract ? std::optional{Combined{temperature_difference, 1}} : std::nullopt;
  }
  if (left == temperature && right == temperature_difference) return Combined{temperature, 1};
  if (left == temperature_difference && right == temperature && !subtract) return Combined{temperature, 1};
  if (left == right) return Combined{left, 1};
  if (left == none && is_plain(right)) return Combined{right, 1};
  if (right == none && is_plain(left)) return Combined{left, 1};
  return std::nullopt;
}

std::optional<Combined> product(Arithmetic operation, Quantity left, Quantity right) {
  if (left == temperature || right == temperature) return std::nullopt;
  for (const Product& known : products) {
    if (known.operation == operation && known.left == left && known.right == right) return known.result;
  }
  const bool divide = operation == Arithmetic::divide;
  if (divide && left == right) return Combined{left == none ? none : ratio, 1};
  if (left == ratio && right == none) return Combined{ratio, 1};
  if (is_plain(right)) return Combined{left == none ? right : left, 1};
  if (is_plain(left) && !divide) return Combined{right, 1};
  return std::nullopt;
}

std::string comparison_help(Quantity left, Quantity right) {
  const auto pair_is = [&](Quantity a, Quantity b) { return (left == a && right == b) || (left == b && right == a); };
  if (pair_is(power, current)) return "compare currents, or give the limit in kW";
  if (pair_is(power, apparent_power)) return "kW and kVA differ by the power factor; use the signal that is meant";
  if (pair_is(power, reactive_power) || pair_is(apparent_power, reactive_power)) {
    return "var, W and VA are different powers; use the signal that is meant";
  }
  if (pair_is(power, energy)) return "kWh is an amount, kW is a rate; divide energy by time to get power";
  if (pair_is(temperature, temperature_difference)) return "K is a difference; write degC for a temperature";
  return {};
}

}  // namespace

std::string described(Quantity quantity) {
  if (quantity == none) return "a number without unit";
  return std::string{model::to_string(quantity)};
}

std::variant<Combined, Refusal> combine(Arithmetic operation, Quantity left, Quantity right) {
  const bool additive = operation == Arithmetic::add || operation == Arithmetic::subtract;
  const auto result = additive ? sum(operation, left, right) : product(operation, left, right);
  if (result) return *result;
  return refuse_arithmetic(operation, left, right);
}

std::optional<Refusal> refuse_comparison(Quantity left, Quantity right) {
  if (left == right) return std::nullopt;
  if ((left == none && is_plain(right)) || (right == none && is_plain(left))) return std::nullopt;
  const std::string between = "cannot compare " + described(left) + " with " + described(right);
  const Quantity other = left == none || left == ratio ? right : left;
  if (left == none || right == none) return Refusal{"E205", between, "write the unit, for example " + example(other)};
  if (left == ratio || right == ratio) {
    return Refusal{"E207", between, "per cent of what? write for example `90 % of main.rating`"};
  }
  return Refusal{"E204", between, comparison_help(left, right)};
}

}  // namespace chargehook::rules
