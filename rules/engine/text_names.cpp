#include "rules/engine/text_names.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "rules/language/nearest.hpp"

namespace chargehook::rules {

namespace {

std::string shown(const Device& device) { return device.label.empty() ? device.name : device.label; }

std::string shown(model::Phase phase) {
  switch (phase) {
    case model::Phase::l1:
      return "L1";
    case model::Phase::l2:
      return "L2";
    case model::Phase::l3:
      return "L3";
    default:
      return "N";
  }
}

std::optional<std::string> meaning(std::string_view name, const Binding& binding, const model::Site& site) {
  if (name == "site") return site.name.empty() ? site.id : site.name;
  if (name == "circuit" && binding.circuit) return binding.circuit->name;
  if (name == "phase" && binding.phase != model::Phase::none) return shown(binding.phase);
  if (name == "meter" && binding.meter) return shown(*binding.meter);
  if (name == "charger" && binding.charger) return shown(*binding.charger);
  if (name == "connector" && binding.connector) return shown(*binding.connector);
  return std::nullopt;
}

Diagnostic unknown(std::string_view name, Place place) {
  constexpr std::array<std::string_view, 6> names{"charger", "circuit", "connector", "meter", "phase", "site"};
  const bool known = std::ranges::find(names, name) != names.end();
  std::string help = known ? "add `each: " + std::string{name} + "` to the rule" : did_you_mean(name, names);
  if (help.empty()) help = "names are charger, circuit, connector, meter, phase, site";
  return {"E240", place, "there is no <" + std::string{name} + "> here", std::move(help)};
}

bool is_name(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '.'; });
}

}  // namespace

Filled fill_names(std::string_view text, const Binding& binding, const model::Site& site) {
  Filled filled;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text[at] == '<' ? text.find('>', at) : std::string_view::npos;
    const bool named = end != std::string_view::npos && is_name(text.substr(at + 1, end - at - 1));
    if (!named) {
      const char c = text[at++];
      filled.text += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
      continue;
    }
    const std::string_view name = text.substr(at + 1, end - at - 1);
    if (const auto value = meaning(name, binding, site)) {
      filled.text += *value;
    } else {
      filled.errors.push_back(unknown(name, {at, end + 1 - at}));
    }
    at = end + 1;
  }
  return filled;
}

}  // namespace chargehook::rules
