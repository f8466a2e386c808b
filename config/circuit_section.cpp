#include <array>

#include "config/sections.hpp"

namespace chargehook::config {
namespace {

constexpr std::array<std::string_view, 3> kinds{"feeder", "grid", "transformer"};
constexpr Bounds<double> power_bounds{1.0, 1e9};
constexpr Bounds<double> current_bounds{0.1, 100e3};

/// Current or power, told apart by its unit.
std::optional<rules::Amount> read_rating(MapReader& item) {
  const auto written = item.text("rating", Need::optional);
  if (!written) return std::nullopt;
  const bool power = written->text.ends_with('W');
  const auto quantity = power ? model::Quantity::power : model::Quantity::current;
  const auto value = item.quantity("rating", Need::optional, quantity, power ? "630 kW" : "400 A",
                                   power ? power_bounds : current_bounds);
  return value ? std::optional{rules::Amount{quantity, *value}} : std::nullopt;
}

rules::CircuitKind read_kind(MapReader& item, const Text& kind, Draft& draft) {
  if (kind.text == "transformer") return rules::CircuitKind::transformer;
  if (kind.text == "feeder") return rules::CircuitKind::feeder;
  if (!draft.grid_place.empty()) {
    item.error(kind.place, "E156", "a second circuit of kind grid (first at " + draft.grid_place + ")",
               "grid.power is one circuit's: make the others feeders, fed by it");
  }
  draft.grid_place = item.report().lines().path() + ":" + std::to_string(kind.place.line);
  return rules::CircuitKind::grid;
}

void add_limit(MapReader& from, std::string_view key, std::string name, Draft& draft) {
  const auto value = from.quantity(key, Need::optional, model::Quantity::power, "250 kW", power_bounds);
  if (value) draft.generation.topology.constants.push_back({std::move(name), {model::Quantity::power, *value}});
}

}  // namespace

void read_site_limits(MapReader& site, Draft& draft) {
  add_limit(site, "import_limit", "site.import_limit", draft);
  add_limit(site, "export_limit", "site.export_limit", draft);
}

void read_contract(MapReader contract, Draft& draft) {
  add_limit(contract, "power", "contract.power", draft);
  contract.finish();
}

void read_circuit(MapReader& item, Draft& draft) {
  const auto& path = item.report().lines().path();
  rules::Circuit circuit;
  const auto name = item.name("name", Need::required);
  if (const auto kind = item.one_of("kind", Need::optional, kinds)) circuit.kind = read_kind(item, *kind, draft);
  if (const auto parent = item.name("fed_by", Need::optional)) {
    circuit.fed_by = parent->text;
    draft.references.push_back({*parent, path, name ? name->text : std::string{}});
  }
  circuit.rating = read_rating(item);
  if (const auto meter = item.name("meter", Need::optional)) circuit.meter = "meter/" + meter->text;
  item.finish();
  if (!name) draft.has_bad_circuits = true;
  if (!name || !draft.names.claim("circuit", *name, item.report())) return;
  circuit.name = name->text;
  draft.generation.topology.circuits.push_back(std::move(circuit));
}

}  // namespace chargehook::config
