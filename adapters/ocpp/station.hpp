/// One charger as the derivation of events sees it, and the pieces that all its events are made of. Pure; core thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/clock.hpp"
#include "model/event.hpp"
#include "ocpp/charger_state.hpp"
#include "ocpp/exchange.hpp"
#include "ocpp/ocpp_config.hpp"

namespace chargehook::ocpp {

/// What is the same for all chargers of the gateway.
struct Surroundings {
  std::string site_id;
  std::string site_json;  ///< the SITE object of events
  std::string store;      ///< text of the store id: part of every key made of our own counters
  std::string persons_key;
};

/// The moment and place of the message looked at: its natural name where the charger's clock gives none.
struct Moment {
  model::Now now;
  std::uint64_t connection = 0;  ///< ordinal of the charger's connection, over restarts
  std::uint64_t message = 0;     ///< ordinal of the charger's message in that connection
};

/// A StartTransaction without an answer yet. In memory only: without an answer the charger repeats it.
struct PendingStart {
  std::string fingerprint;  ///< of the request: its repetition is no other start
  std::string request;      ///< the whole message
  std::uint64_t connection = 0;
  std::uint64_t message = 0;
  model::BootTime until;  ///< then it is told without its number
};

struct Station {
  const Surroundings* around = nullptr;  ///< outlives the station
  ChargerConfig config;                  ///< id only for a charger that is not configured
  std::string name;                      ///< of `config.id` in subjects and keys
  std::string csms;                      ///< name of the upstream
  ChargerState state;
  static constexpr std::size_t pending_max = 32;
  std::vector<PendingStart> pending;             ///< oldest first, at most pending_max
  std::optional<model::BootTime> watched_start;  ///< a timer is due for the first of `pending`
  bool charger_changed = false;                  ///< state to be put with the next entry; so is the next
  std::set<int> connectors_changed;

  /// The connector's state, marked as changed. @param connector a number for which is_connector holds
  [[nodiscard]] Connector& change(std::int64_t connector);
};

/// Whether a charger may have a connector of this number; 0 is the charger as a whole.
[[nodiscard]] inline bool is_connector(std::int64_t number) {
  return number >= 0 && number <= ChargerState::connector_max;
}

/// What a message meant.
struct Derived {
  std::vector<model::Event> events;
};

/// A time as a device gave it.
struct DeviceTime {
  model::WallTime time;  ///< the device's where it can be believed, else ours
  model::TimeQuality quality = model::TimeQuality::unknown;
  bool late = false;  ///< told more than 5 min after it happened
  std::string key;    ///< for natural keys; with connection and message ordinal unless the time is present, not before
                      ///< 2024 and at most 25 h off
  model::TimeOf of = model::TimeOf::gateway;  ///< whose `time` it is
};
[[nodiscard]] DeviceTime device_time(const Station& station, std::string_view text, const Moment& moment);

/// "@<store>:<connection>:<message>": names a message by our own counters.
[[nodiscard]] std::string ordinal_key(const Station& station, const Moment& moment);

/// "charger/CP-07/evse/1"; connector 0 (or less) is the charger as a whole, "charger/CP-07".
[[nodiscard]] std::string subject_of(const Station& station, int connector);
[[nodiscard]] std::string device_of(const Station& station);

/// The shared objects of docs/events, as JSON texts.
[[nodiscard]] std::string charger_json(const Station& station);
[[nodiscard]] std::string connector_json(const Station& station, int connector);  ///< "null" for 0 or less

/// An event of this charger; class from the catalogue.
[[nodiscard]] model::Event make_event(const Station& station, std::string_view type, int connector, std::string id,
                                      model::Basis basis, const DeviceTime& time, std::string data);

/// Puts of all that changed since the last call, in a fixed order.
[[nodiscard]] std::vector<StatePut> take_state(Station& station);

/// Key of the charger's state: "ocpp/CP-07/charger", "ocpp/CP-07/connector/1".
inline constexpr std::string_view state_prefix = "ocpp/";
/// Takes one key and value from the store into `chargers` (by name); other keys are ignored.
void restore_state(std::string_view key, std::string_view value, std::map<std::string, ChargerState>& chargers);

}  // namespace chargehook::ocpp
