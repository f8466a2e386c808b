/// A small depot for tests of the language.
#pragma once

#include "model/signal.hpp"
#include "rules/language/binding.hpp"
#include "rules/language/topology.hpp"

namespace chargehook::rules {

inline Topology depot() {
  using model::Quantity;
  Topology site;
  site.circuits = {{"main", CircuitKind::grid, "", Amount{Quantity::current, 400}, "meter/grid"},
                   {"feeder-a", CircuitKind::feeder, "main", Amount{Quantity::current, 160}, "meter/feeder-a"},
                   {"feeder-b", CircuitKind::feeder, "main", Amount{Quantity::power, 100e3}, ""}};
  Device meter;
  meter.id = "meter/grid";
  meter.name = "grid-meter";
  site.devices.push_back(meter);
  meter.id = "meter/feeder-a";
  meter.name = "feeder-a";
  meter.signals = {*model::find_signal("meter.power"), *model::find_signal("meter.current_l1"),
                   *model::find_signal("meter.current_l2"), *model::find_signal("meter.current_l3"),
                   *model::find_signal("meter.energy_import")};
  site.devices.push_back(meter);
  for (const char* name : {"CP-07", "DE*ABC*7"}) {
    Device charger;
    charger.id = std::string{"charger/"} + name;
    charger.kind = DeviceKind::charger;
    charger.name = name;
    charger.label = "Bay 7";
    charger.circuit = "feeder-a";
    charger.max_power = Amount{Quantity::power, 22e3};
    site.devices.push_back(charger);
    Device connector = charger;
    connector.id = charger.id + "/evse/1";
    connector.kind = DeviceKind::connector;
    connector.name = charger.name + "/1";
    connector.charger = charger.id;
    connector.evse = 1;
    site.devices.push_back(connector);
  }
  Device transformer;
  transformer.id = "transformer/T1";
  transformer.kind = DeviceKind::transformer;
  transformer.name = "T1";
  site.devices.push_back(transformer);
  site.constants = {{"site.import_limit", {Quantity::power, 250e3}},
                    {"contract.power", {Quantity::power, 250e3}},
                    {"site.cars", {Quantity::count, 12}}};
  return site;
}

/// The words of `each: connector`, first connector, and of `each: phase of feeder-a`, L2, at once: all words are bound.
inline Binding everything(const Topology& site) {
  Binding binding;
  binding.circuit = site.find_circuit("feeder-a");
  binding.phase = model::Phase::l2;
  binding.meter = site.find_device("meter/grid");
  binding.charger = site.find_device("charger/CP-07");
  binding.connector = site.find_device("charger/CP-07/evse/1");
  return binding;
}

}  // namespace chargehook::rules
