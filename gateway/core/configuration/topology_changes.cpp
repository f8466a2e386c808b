#include "core/configuration/topology_changes.hpp"

#include "core/configuration/config_words.hpp"

namespace chargehook::core {
namespace {

using rules::Circuit;
using rules::Constant;

std::string shown(const std::optional<rules::Amount>& amount) { return amount ? amount_text(*amount) : "none"; }

/// "import_limit none → 250 kW" too: a limit that was not there is no other kind of change than one that was.
void compare_limits(const std::vector<Constant>& from, const std::vector<Constant>& to, Lines& lines) {
  for (const auto& before : from) {
    const auto after = std::ranges::find(to, before.name, &Constant::name);
    add_change(lines, before.name, amount_text(before.amount), after == to.end() ? "none" : amount_text(after->amount));
  }
  for (const auto& after : to) {
    if (std::ranges::find(from, after.name, &Constant::name) != from.end()) continue;
    lines.push_back(after.name + " none → " + amount_text(after.amount));
  }
}

void compare_circuit(const Circuit& from, const Circuit& to, Lines& lines) {
  Lines parts;
  add_change(parts, "kind", std::string(to_string(from.kind)), std::string(to_string(to.kind)));
  add_change(parts, "fed_by", or_none(from.fed_by), or_none(to.fed_by));
  add_change(parts, "rating", shown(from.rating), shown(to.rating));
  add_change(parts, "meter", or_none(from.meter), or_none(to.meter));
  add_joined(lines, "circuit " + to.name, parts);
}

}  // namespace

void compare_topology(const rules::Topology& from, const rules::Topology& to, Lines& lines) {
  compare_limits(from.constants, to.constants, lines);
  compare_named("circuit", from.circuits, to.circuits, lines, compare_circuit, &Circuit::name);
}

}  // namespace chargehook::core
