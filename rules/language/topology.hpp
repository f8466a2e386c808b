/// What rules can name: circuits, devices and constants of the site. Plain values; config/ fills them.
/// Names are unique within each list, references resolve (checked by config/).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/clock.hpp"
#include "model/signal.hpp"
#include "model/unit.hpp"

namespace chargehook::rules {

/// A number in the base unit of its quantity (model/unit.hpp).
struct Amount {
  model::Quantity quantity = model::Quantity::none;
  double value = 0;

  bool operator==(const Amount&) const = default;
};

enum class CircuitKind : std::uint8_t { feeder, grid, transformer };
[[nodiscard]] std::string_view to_string(CircuitKind kind);

struct Circuit {
  std::string name;  ///< "feeder-a"
  CircuitKind kind = CircuitKind::feeder;
  std::string fed_by;            ///< a circuit, or empty
  std::optional<Amount> rating;  ///< current or power
  std::string meter;             ///< Device::id of the meter on it, or empty
};

enum class DeviceKind : std::uint8_t { meter, charger, connector, transformer };
[[nodiscard]] std::string_view to_string(DeviceKind kind);  ///< also the first half of its signals' names

struct Device {
  std::string id;  ///< as model::Reading::device: "meter/feeder-a", "charger/CP-07", "charger/CP-07/evse/1"
  DeviceKind kind = DeviceKind::meter;
  std::string name;     ///< as rules write it: "feeder-a", "CP-07"; a connector's is "CP-07/1"
  std::string label;    ///< for people: "Bay 7"; empty: the name
  std::string circuit;  ///< what feeds it, or empty
  std::string charger;  ///< of a connector: Device::id of its charger
  int evse = 0;         ///< of a connector: 1, 2, …
  std::string evse_id;  ///< of a connector: eMI3, "DE*ABC*E0007*1", or empty
  std::optional<Amount> max_power;
  std::vector<model::SignalId> signals;  ///< what it gives; empty: whatever its kind can give
  model::Nanoseconds interval{0};        ///< how often it is read; 0: when something happens
};

/// `site.import_limit`, `contract.power`.
struct Constant {
  std::string name;
  Amount amount;
};

struct Topology {
  std::vector<Circuit> circuits;
  std::vector<Device> devices;
  std::vector<Constant> constants;

  /// nullptr if there is none.
  [[nodiscard]] const Circuit* find_circuit(std::string_view name) const;
  [[nodiscard]] const Circuit* grid() const;  ///< the first circuit of kind grid
  [[nodiscard]] const Device* find_device(std::string_view id) const;
  [[nodiscard]] const Device* find_device(DeviceKind kind, std::string_view name) const;
};

}  // namespace chargehook::rules
