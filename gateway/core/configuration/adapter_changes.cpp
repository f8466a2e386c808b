#include "core/configuration/adapter_changes.hpp"

#include "core/configuration/change_lines.hpp"
#include "core/configuration/config_words.hpp"

namespace chargehook::core {
namespace {

void compare_listener(const ingest::IngestConfig& from, const ingest::IngestConfig& to, Lines& needs_restart) {
  add_change(needs_restart, "ingest " + to.name + ": listen", "unix:" + from.socket_path, "unix:" + to.socket_path);
}

std::string shown(const modbus::LineConfig& line) {
  if (const auto* serial = std::get_if<modbus::SerialPort>(&line.link)) return serial->path;
  const auto& address = std::get<modbus::TcpAddress>(line.link);
  return address.host + ':' + std::to_string(address.port);
}

void compare_meter(const modbus::DeviceConfig& from, const modbus::DeviceConfig& to, Lines& lines) {
  Lines parts;
  add_change(parts, "profile", from.profile->name, to.profile->name);
  add_change(parts, "address", std::to_string(from.address), std::to_string(to.address));
  add_change(parts, "interval", duration_text(from.interval), duration_text(to.interval));
  if (from.profile->name == to.profile->name && *from.profile != *to.profile) parts.emplace_back("profile changed");
  if (from.wiring != to.wiring) parts.emplace_back("wired changed");
  if (from.ct_ratio != to.ct_ratio) parts.emplace_back("ct changed");
  add_joined(lines, "meter " + to.name, parts);
}

void compare_line(const modbus::LineConfig& from, const modbus::LineConfig& to, Lines& taken) {
  Lines parts;
  add_change(parts, "at", shown(from), shown(to));
  if (shown(from) == shown(to) && from.link != to.link) parts.emplace_back("serial changed");
  add_change(parts, "timeout", duration_text(from.timeout), duration_text(to.timeout));
  compare_named("meter", from.devices, to.devices, parts, compare_meter, &modbus::DeviceConfig::name);
  add_joined(taken, "line " + to.name, parts);
}

std::string shown(const mqtt::BrokerConfig& broker) {
  return (broker.tls ? "mqtts://" : "mqtt://") + broker.host + ':' + std::to_string(broker.port);
}

void compare_broker(const mqtt::BrokerConfig& from, const mqtt::BrokerConfig& to, Lines& taken) {
  Lines parts;
  add_change(parts, "url", shown(from), shown(to));
  add_change(parts, "client", from.client_id, to.client_id);
  add_change(parts, "user", or_none(from.user), or_none(to.user));
  add_change(parts, "password", or_none(from.password_name), or_none(to.password_name));
  if (from.password_name == to.password_name && from.password != to.password) parts.emplace_back("password changed");
  if (from.topics != to.topics) parts.emplace_back("topics changed");
  add_joined(taken, "broker " + to.name, parts);
}

std::string shown(const ocpp::ListenerConfig& listener) {
  return listener.address + ":" + std::to_string(listener.port);
}

void compare_listener(const ocpp::ListenerConfig& from, const ocpp::ListenerConfig& to, Lines& needs_restart) {
  add_change(needs_restart, "listener " + to.name + ": listen", shown(from), shown(to));
  if (from.security != to.security) needs_restart.push_back("listener " + to.name + ": security changed");
}

void compare_upstream(const ocpp::UpstreamConfig& from, const ocpp::UpstreamConfig& to, Lines& taken) {
  add_url_change(taken, "upstream " + to.name + ": url", from.url, to.url);
}

/// The one that chargers without `upstream` are relayed to.
std::string first_name(const std::vector<ocpp::UpstreamConfig>& upstreams) {
  return upstreams.empty() ? std::string{} : upstreams.front().name;
}

std::string shown(ocpp::UnknownChargers policy) { return policy == ocpp::UnknownChargers::relay ? "relay" : "refuse"; }

void compare_proxy(const ocpp::OcppConfig& from, const ocpp::OcppConfig& to, ConfigChanges& changes) {
  compare_named("listener", from.listeners, to.listeners, changes.needs_restart, compare_listener,
                &ocpp::ListenerConfig::name);
  if (!from.listeners.empty() && to.listeners.empty()) return;  // what follows goes with the proxy, at the restart
  compare_named("upstream", from.upstreams, to.upstreams, changes.taken, compare_upstream, &ocpp::UpstreamConfig::name);
  if (from.listeners.empty() || to.listeners.empty()) return;
  add_change(changes.taken, "upstream of chargers that name none", first_name(from.upstreams),
             first_name(to.upstreams));
  add_change(changes.taken, "ocpp.unknown_chargers", shown(from.unknown_chargers), shown(to.unknown_chargers));
  if (from.persons_key != to.persons_key) {
    changes.taken.emplace_back("ocpp.persons_secret changed: cards have other pseudonyms from now on");
  }
}

}  // namespace

void compare_adapters(const ConfigGeneration& from, const ConfigGeneration& to, ConfigChanges& changes) {
  compare_named("line", from.modbus, to.modbus, changes.taken, compare_line, &modbus::LineConfig::name);
  compare_named("broker", from.mqtt, to.mqtt, changes.taken, compare_broker, &mqtt::BrokerConfig::name);
  compare_named("ingest", from.ingest, to.ingest, changes.needs_restart, compare_listener, &ingest::IngestConfig::name);
  compare_proxy(from.ocpp, to.ocpp, changes);
}

}  // namespace chargehook::core
