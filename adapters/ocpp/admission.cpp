#include "ocpp/admission.hpp"

#include <algorithm>

#include "ocpp/target.hpp"

namespace chargehook::ocpp {
namespace {

bool needs_credentials(const OcppConfig& config, const std::string& listener) {
  const auto it = std::find_if(config.listeners.begin(), config.listeners.end(),
                               [&](const ListenerConfig& candidate) { return candidate.name == listener; });
  return it != config.listeners.end() && it->security == Security::basic;
}

Admission refusal(int status, std::string reason) { return {status, std::move(reason), {}}; }

}  // namespace

Admission admit(const OcppConfig& config, const ChargerArrived& arrived, std::size_t remembered) {
  auto identity = identity_of(arrived.target);
  if (!identity) return refusal(404, "the path does not end in a charger's identity");
  if (needs_credentials(config, arrived.listener) && basic_user(arrived.authorization) != *identity) {
    return refusal(401, "user name is not the charger's identity, or there is none");
  }
  const ChargerConfig* charger = find_charger(config, *identity);
  if (charger == nullptr && config.unknown_chargers == UnknownChargers::refuse) {
    return refusal(404, "charger is not in site.yaml");
  }
  if (remembered >= config.chargers_max + config.chargers.size()) return refusal(503, "too many chargers");
  if (upstream_of(config, charger) == nullptr) return refusal(503, "no upstream is configured");
  return {0, {}, charger != nullptr ? charger->id : std::move(*identity)};
}

const ChargerConfig* find_charger(const OcppConfig& config, std::string_view identity) {
  for (const ChargerConfig& charger : config.chargers) {
    if (charger.id == identity) return &charger;
  }
  for (const ChargerConfig& charger : config.chargers) {
    if (std::find(charger.aliases.begin(), charger.aliases.end(), identity) != charger.aliases.end()) return &charger;
  }
  return nullptr;
}

const UpstreamConfig* upstream_of(const OcppConfig& config, const ChargerConfig* charger) {
  if (config.upstreams.empty()) return nullptr;
  if (charger == nullptr || charger->upstream.empty()) return &config.upstreams.front();
  const auto it = std::find_if(config.upstreams.begin(), config.upstreams.end(),
                               [&](const UpstreamConfig& upstream) { return upstream.name == charger->upstream; });
  return it == config.upstreams.end() ? nullptr : &*it;
}

bool was_offered(std::string_view chosen, std::string_view offered) {
  if (chosen.empty()) return true;
  while (!offered.empty()) {
    const auto comma = offered.find(',');
    std::string_view one = offered.substr(0, comma);
    offered = comma == std::string_view::npos ? std::string_view{} : offered.substr(comma + 1);
    while (one.starts_with(' ') || one.starts_with('\t')) one.remove_prefix(1);
    while (one.ends_with(' ') || one.ends_with('\t')) one.remove_suffix(1);
    if (one == chosen) return true;
  }
  return false;
}

}  // namespace chargehook::ocpp
