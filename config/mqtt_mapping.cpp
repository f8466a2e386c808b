#include "config/mqtt_mapping.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "config/report.hpp"

namespace chargehook::config {
namespace {

using Quantity = model::Quantity;

constexpr std::string_view bad_mapping = "E166";

Refusal refuse(std::string message, std::string help) {
  return {std::string(bad_mapping), std::move(message), std::move(help)};
}

/// A pointer and the unit behind it.
struct Pointed {
  mqtt::JsonPath path;
  std::string_view unit;
};

Read<Pointed> read_pointed(std::string_view text) {
  const std::size_t blank = text.find(' ');
  auto path = mqtt::JsonPath::parse(text.substr(0, blank));
  if (path.has_error())
    return refuse(in_quotes(text) + ": " + path.error().message, "write /name, or /name and its unit");
  return Pointed{std::move(path).value(), blank == text.npos ? std::string_view{} : text.substr(blank + 1)};
}

/// Digits behind the point of an amount in this currency; nothing if it is no currency. Source: ISO 4217.
std::optional<int> decimals_of(std::string_view unit) {
  constexpr std::array<std::string_view, 16> none{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                  "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF"};
  constexpr std::array<std::string_view, 7> three{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
  const bool is_code = unit.size() == 3 && std::ranges::all_of(unit, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!is_code || model::find_unit(unit) != nullptr) return std::nullopt;
  if (std::ranges::find(none, unit) != none.end() || unit == "XPF") return 0;
  return std::ranges::find(three, unit) != three.end() ? 3 : 2;
}

struct MemberForm {
  std::string_view suffix;
  double factor = 1;
  mqtt::Decimals decimals = mqtt::Decimals::refused;
};

/// How a member sent in `unit` is kept. Source: docs/events, units in names.
std::optional<MemberForm> member_form(std::string_view unit) {
  using enum mqtt::Decimals;
  if (unit == "cent") return MemberForm{"_minor", 1, refused};
  if (const auto decimals = decimals_of(unit)) {
    constexpr std::array factors{1.0, 10.0, 100.0, 1000.0};
    return MemberForm{"_minor", factors[static_cast<std::size_t>(*decimals)], refused};
  }
  const model::Unit* known = model::find_unit(unit);
  if (known == nullptr) return std::nullopt;
  switch (known->quantity) {
    case Quantity::energy:
      return MemberForm{"_wh", known->factor / 1000, rounded};
    case Quantity::power:
      return MemberForm{"_w", known->factor, rounded};
    case Quantity::current:
      return MemberForm{"_a", known->factor, rounded};
    case Quantity::duration:
      return MemberForm{"_s", known->factor, rounded};
    case Quantity::ratio:
      return MemberForm{"_percent", known->factor * 100, rounded};
    default:
      return std::nullopt;
  }
}

bool is_member(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.front() >= 'a' && text.front() <= 'z' &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::optional<std::variant<std::nullptr_t, bool, double, std::string>> read_literal(std::string_view text) {
  if (text == "null") return nullptr;
  if (text == "true" || text == "false") return text == "true";
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    const std::string_view inner = text.substr(1, text.size() - 2);
    if (inner.find_first_of("\"\\") != inner.npos) return std::nullopt;
    return std::string(inner);
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Read<mqtt::Condition> read_condition(std::string_view text) {
  const Refusal form = refuse(in_quotes(text) + " is not a condition",
                              R"(a pointer, == or !=, and a text in quotes, a number, true, false or null)");
  const std::size_t equal = text.find(" == ");
  const std::size_t unequal = text.find(" != ");
  const std::size_t at = std::min(equal, unequal);
  if (at == text.npos) return form;
  auto path = mqtt::JsonPath::parse(text.substr(0, at));
  auto literal = read_literal(text.substr(at + 4));
  if (path.has_error() || !literal) return form;
  return mqtt::Condition{std::move(path).value(), at == equal, *std::move(literal)};
}

}  // namespace

Read<mqtt::ReadingMapping> read_reading_mapping(model::SignalId signal, std::string_view text) {
  Read<Pointed> read = read_pointed(text);
  if (auto* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  auto& pointed = std::get<Pointed>(read);
  const model::Signal& of = model::signal(signal);
  mqtt::ReadingMapping out;
  out.signal = signal;
  out.path = std::move(pointed.path);
  if (of.quantity == Quantity::status) {
    if (pointed.unit.empty()) return out;
    return refuse(std::string(of.name) + " is a word and has no unit", "leave the unit out");
  }
  const std::string example = "write for example " + out.path.pointer() + " " + std::string(base_symbol(of.quantity));
  if (pointed.unit.empty()) return Refusal{"E134", "the unit that the number is sent in is missing", example};
  out.unit = model::find_unit(pointed.unit);
  if (out.unit == nullptr) return Refusal{"E136", "unknown unit " + in_quotes(pointed.unit), example};
  if (out.unit->quantity == of.quantity) return out;
  return Refusal{"E135", in_quotes(pointed.unit) + " is not a unit of " + std::string(to_string(of.quantity)), example};
}

Read<std::vector<mqtt::Condition>> read_conditions(std::string_view text) {
  constexpr std::string_view also = " and ";
  std::vector<mqtt::Condition> out;
  while (true) {
    const std::size_t end = text.find(also);
    Read<mqtt::Condition> one = read_condition(text.substr(0, end));
    if (auto* refusal = std::get_if<Refusal>(&one)) return std::move(*refusal);
    out.push_back(std::get<mqtt::Condition>(std::move(one)));
    if (end == text.npos) return out;
    text.remove_prefix(end + also.size());
  }
}

Read<mqtt::TimeMapping> read_time_mapping(std::string_view text) {
  using Form = mqtt::TimeMapping::Form;
  Read<Pointed> read = read_pointed(text);
  if (auto* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  auto& pointed = std::get<Pointed>(read);
  if (pointed.unit.empty()) return mqtt::TimeMapping{std::move(pointed.path), Form::rfc3339};
  if (pointed.unit == "s") return mqtt::TimeMapping{std::move(pointed.path), Form::unix_seconds};
  if (pointed.unit == "ms") return mqtt::TimeMapping{std::move(pointed.path), Form::unix_milliseconds};
  return refuse(in_quotes(pointed.unit) + " is not a form of time",
                "/ts for a text like 2026-11-24T06:12:09Z, /ts s or /ts ms for a number since 1970");
}

Read<mqtt::DataMapping> read_data_mapping(std::string_view member, std::string_view text,
                                          const std::vector<std::string>& captures) {
  mqtt::DataMapping out{std::string(member), {}};
  if (!is_member(member))
    return refuse(in_quotes(member) + " is not a member", "a-z, 0-9 and _, beginning with a letter");
  if (text.front() != '/' && text != "payload") {
    auto constant = mqtt::TextTemplate::parse(text, captures);
    if (constant.has_error()) return refuse(constant.error().message, "a text, or what it is pointed at with: /name");
    out.from = mqtt::DataMapping::Constant{std::move(constant).value()};
    return out;
  }
  Read<Pointed> read = read_pointed(text);
  if (auto* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  auto& pointed = std::get<Pointed>(read);
  if (pointed.unit.empty()) {
    out.from = mqtt::DataMapping::Plain{std::move(pointed.path)};
    return out;
  }
  const auto form = member_form(pointed.unit);
  if (!form) {
    return Refusal{"E136", "a member cannot be sent in " + in_quotes(pointed.unit),
                   "cent, EUR, kWh, Wh, kW, W, A, s, %"};
  }
  if (!out.member.ends_with(form->suffix)) out.member += form->suffix;
  out.from = mqtt::DataMapping::Whole{std::move(pointed.path), form->factor, form->decimals};
  return out;
}

std::string_view currency_of(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (text.front() != '/' || blank == text.npos) return {};
  const std::string_view unit = text.substr(blank + 1);
  return decimals_of(unit) ? unit : std::string_view{};
}

}  // namespace chargehook::config
