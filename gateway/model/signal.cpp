#include "model/signal.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "model/result.hpp"

namespace chargehook::model {

namespace {

using enum Quantity;
constexpr auto gauge = SignalKind::gauge;
constexpr auto counter = SignalKind::counter;
using P = Phase;

// A name is written once here and used everywhere else: rule files, device profiles, MQTT mappings, telemetry.
constexpr std::array catalogue{
    Signal{"meter.power", power, gauge, P::none, "Power.Active.Import", "W", "active power, import positive"},
    Signal{"meter.power_l1", power, gauge, P::l1, "Power.Active.Import", "WphA", "active power of phase 1"},
    Signal{"meter.power_l2", power, gauge, P::l2, "Power.Active.Import", "WphB", "active power of phase 2"},
    Signal{"meter.power_l3", power, gauge, P::l3, "Power.Active.Import", "WphC", "active power of phase 3"},
    Signal{"meter.apparent_power", apparent_power, gauge, P::none, "", "VA", "apparent power"},
    Signal{"meter.reactive_power", reactive_power, gauge, P::none, "Power.Reactive.Import", "VAR", "reactive power"},
    Signal{"meter.power_factor", ratio, gauge, P::none, "Power.Factor", "PF", "power factor"},
    Signal{"meter.current_l1", current, gauge, P::l1, "Current.Import", "AphA", "current of phase 1"},
    Signal{"meter.current_l2", current, gauge, P::l2, "Current.Import", "AphB", "current of phase 2"},
    Signal{"meter.current_l3", current, gauge, P::l3, "Current.Import", "AphC", "current of phase 3"},
    Signal{"meter.current_n", current, gauge, P::n, "Current.Import", "", "current of the neutral"},
    Signal{"meter.voltage_l1", voltage, gauge, P::l1, "Voltage", "PhVphA", "voltage of phase 1 to neutral"},
    Signal{"meter.voltage_l2", voltage, gauge, P::l2, "Voltage", "PhVphB", "voltage of phase 2 to neutral"},
    Signal{"meter.voltage_l3", voltage, gauge, P::l3, "Voltage", "PhVphC", "voltage of phase 3 to neutral"},
    Signal{"meter.frequency", frequency, gauge, P::none, "Frequency", "Hz", "mains frequency"},
    Signal{"meter.energy_import", energy, counter, P::none, "Energy.Active.Import.Register", "TotWhImp",
           "active energy taken"},
    Signal{"meter.energy_export", energy, counter, P::none, "Energy.Active.Export.Register", "TotWhExp",
           "active energy given back"},
    Signal{"charger.power", power, gauge, P::none, "Power.Active.Import", "", "active power of the whole charger"},
    Signal{"charger.current_l1", current, gauge, P::l1, "Current.Import", "", "current of phase 1"},
    Signal{"charger.current_l2", current, gauge, P::l2, "Current.Import", "", "current of phase 2"},
    Signal{"charger.current_l3", current, gauge, P::l3, "Current.Import", "", "current of phase 3"},
    Signal{"charger.temperature", temperature, gauge, P::none, "Temperature", "", "temperature inside the charger"},
    Signal{"charger.energy_import", energy, counter, P::none, "Energy.Active.Import.Register", "",
           "energy given to cars"},
    Signal{"connector.status", status, SignalKind::status, P::none, "", "", "OCPP status of the connector"},
    Signal{"connector.error", status, SignalKind::status, P::none, "", "", "OCPP error code of the connector"},
    Signal{"connector.power", power, gauge, P::none, "Power.Active.Import", "", "active power of the connector"},
    Signal{"connector.current_l1", current, gauge, P::l1, "Current.Import", "", "current of phase 1"},
    Signal{"connector.current_l2", current, gauge, P::l2, "Current.Import", "", "current of phase 2"},
    Signal{"connector.current_l3", current, gauge, P::l3, "Current.Import", "", "current of phase 3"},
    Signal{"connector.current_offered", current, gauge, P::none, "Current.Offered", "", "largest current allowed"},
    Signal{"connector.energy_import", energy, counter, P::none, "Energy.Active.Import.Register", "",
           "energy register of the connector"},
    Signal{"connector.soc", ratio, gauge, P::none, "SoC", "", "state of charge of the car"},
    Signal{"transformer.temperature", temperature, gauge, P::none, "", "", "oil or winding temperature"},
};

}  // namespace

std::span<const Signal> signals() { return catalogue; }

std::optional<SignalId> find_signal(std::string_view name) {
  static const auto by_name = [] {
    std::map<std::string_view, SignalId> index;
    for (std::size_t i = 0; i < catalogue.size(); ++i) index.emplace(catalogue[i].name, static_cast<SignalId>(i));
    return index;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? std::nullopt : std::optional{found->second};
}

const Signal& signal(SignalId id) {
  const auto index = static_cast<std::size_t>(id);
  CHARGEHOOK_ASSERT(index < catalogue.size());
  return catalogue[index];
}

}  // namespace chargehook::model
