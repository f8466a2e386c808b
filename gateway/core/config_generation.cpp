#include "core/config_generation.hpp"

#include <algorithm>
#include <string_view>

#include "core/config_words.hpp"

namespace chargehook::core {
namespace {

using Lines = std::vector<std::string>;

std::string shown(const std::string& text) { return text.empty() ? "none" : text; }

/// The address without its query, which may hold a token.
std::string shown(const delivery::HttpUrl& url) {
  const std::size_t query = url.target.find('?');
  std::string out = (url.tls ? "https://" : "http://") + url.authority() + url.target.substr(0, query);
  return query == std::string::npos ? out : out + "?…";
}

std::string_view shown(delivery::SignForm form) {
  return form == delivery::SignForm::none ? "none" : "standard-webhooks";
}

/// Adds "what: from → to" if the two differ.
void add_change(Lines& lines, std::string_view what, const std::string& from, const std::string& to) {
  if (from != to) lines.push_back(std::string(what) + ' ' + from + " → " + to);
}

/// Adds one line of all `parts`, joined by semicolons, if there are any: "endpoint billing: secret changed; …".
void add_joined(Lines& lines, const std::string& what, const Lines& parts) {
  if (parts.empty()) return;
  std::string line = what + ": ";
  for (std::size_t i = 0; i < parts.size(); ++i) line += (i == 0 ? "" : "; ") + parts[i];
  lines.push_back(std::move(line));
}

bool same_url(const delivery::HttpUrl& a, const delivery::HttpUrl& b) {
  return a.tls == b.tls && a.host == b.host && a.port == b.port && a.target == b.target;
}

/// One endpoint's changes, joined by semicolons: "endpoint billing: secret changed; timeout 15 s → 30 s".
void compare_endpoint(const delivery::EndpointConfig& from, const delivery::EndpointConfig& to, Lines& taken) {
  Lines parts;
  if (!same_url(from.url, to.url)) {
    const std::string before = shown(from.url);
    const std::string after = shown(to.url);
    parts.push_back(before == after ? "url changed behind the ?" : "url " + before + " → " + after);
  }
  add_change(parts, "events", shown(from.events.text()), shown(to.events.text()));
  add_change(parts, "sign", std::string(shown(from.sign)), std::string(shown(to.sign)));
  add_change(parts, "secret", shown(from.secret_name), shown(to.secret_name));
  if (from.secret_name == to.secret_name && from.secret != to.secret) parts.emplace_back("secret changed");
  add_change(parts, "connections", std::to_string(from.connections), std::to_string(to.connections));
  add_change(parts, "timeout", duration_text(from.total_deadline), duration_text(to.total_deadline));
  add_joined(taken, "endpoint " + to.name, parts);
}

void compare_listener(const ingest::IngestConfig& from, const ingest::IngestConfig& to, Lines& needs_restart) {
  add_change(needs_restart, "ingest " + to.name + ": listen", "unix:" + from.socket_path, "unix:" + to.socket_path);
}

template <class Config>
const std::string& name_of(const Config& config) {
  return config.name;
}
const std::string& name_of(const model::Charger& charger) { return charger.id; }

/// Pairs what has the same name; `kind` says what it is: "endpoint billing added".
template <class Config>
void compare_named(std::string_view kind, const std::vector<Config>& from, const std::vector<Config>& to, Lines& lines,
                   void (*compare_one)(const Config&, const Config&, Lines&)) {
  for (const Config& before : from) {
    const auto after =
        std::find_if(to.begin(), to.end(), [&](const Config& c) { return name_of(c) == name_of(before); });
    if (after == to.end()) {
      lines.push_back(std::string(kind) + ' ' + name_of(before) + " removed");
    } else {
      compare_one(before, *after, lines);
    }
  }
  for (const Config& after : to) {
    const bool is_new =
        std::none_of(from.begin(), from.end(), [&](const Config& c) { return name_of(c) == name_of(after); });
    if (is_new) lines.push_back(std::string(kind) + ' ' + name_of(after) + " added");
  }
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
  compare_named<modbus::DeviceConfig>("meter", from.devices, to.devices, parts, compare_meter);
  add_joined(taken, "line " + to.name, parts);
}

std::string shown(const mqtt::BrokerConfig& broker) {
  return (broker.tls ? "mqtts://" : "mqtt://") + broker.host + ':' + std::to_string(broker.port);
}

void compare_broker(const mqtt::BrokerConfig& from, const mqtt::BrokerConfig& to, Lines& taken) {
  Lines parts;
  add_change(parts, "url", shown(from), shown(to));
  add_change(parts, "client", from.client_id, to.client_id);
  add_change(parts, "user", shown(from.user), shown(to.user));
  add_change(parts, "password", shown(from.password_name), shown(to.password_name));
  if (from.password_name == to.password_name && from.password != to.password) parts.emplace_back("password changed");
  if (from.topics != to.topics) parts.emplace_back("topics changed");
  add_joined(taken, "broker " + to.name, parts);
}

void compare_site(const model::Site& from, const model::Site& to, ConfigChanges& changes) {
  add_change(changes.needs_restart, "site.id", from.id, to.id);
  add_change(changes.taken, "site.name", shown(from.name), shown(to.name));
  add_change(changes.taken, "site.timezone", from.timezone, to.timezone);
  add_change(changes.taken, "site.currency", shown(from.currency), shown(to.currency));
  add_change(changes.taken, "site.country", shown(from.country), shown(to.country));
  add_change(changes.taken, "site.operator", shown(from.operator_id), shown(to.operator_id));
}

std::string shown(const ocpp::ListenerConfig& listener) {
  return listener.address + ":" + std::to_string(listener.port);
}

void compare_listener(const ocpp::ListenerConfig& from, const ocpp::ListenerConfig& to, Lines& needs_restart) {
  add_change(needs_restart, "listener " + to.name + ": listen", shown(from), shown(to));
  if (from.security != to.security) needs_restart.push_back("listener " + to.name + ": security changed");
}

void compare_upstream(const ocpp::UpstreamConfig& from, const ocpp::UpstreamConfig& to, Lines& taken) {
  add_change(taken, "upstream " + to.name + ": url", from.url, to.url);
}

void compare_charger(const model::Charger& from, const model::Charger& to, Lines& taken) {
  if (from != to) taken.push_back("charger " + to.id + " changed");
}

void compare_rules(const rules::RuleSet& from, const rules::RuleSet& to, Lines& lines) {
  for (const auto& rule : from.rules()) {
    if (!to.has_rule(rule.id)) lines.push_back("rule " + rule.id + " removed");
  }
  for (const auto& rule : to.rules()) {
    const auto before = std::ranges::find(from.rules(), rule.id, &rules::Rule::id);
    if (before == from.rules().end()) {
      lines.push_back("rule " + rule.id + " added");
    } else if (before->version != rule.version) {
      lines.push_back("rule " + rule.id + " changed");
    }
  }
}

}  // namespace

ConfigChanges compare(const ConfigGeneration& from, const ConfigGeneration& to) {
  ConfigChanges changes;
  add_change(changes.needs_restart, "gateway.id", from.gateway.id, to.gateway.id);
  add_change(changes.taken, "gateway.environment", from.gateway.environment, to.gateway.environment);
  add_change(changes.needs_restart, "storage.size", size_text(from.storage.size_bytes),
             size_text(to.storage.size_bytes));
  compare_site(from.site, to.site, changes);
  compare_named<delivery::EndpointConfig>("endpoint", from.endpoints, to.endpoints, changes.taken, compare_endpoint);
  compare_named<modbus::LineConfig>("line", from.modbus, to.modbus, changes.taken, compare_line);
  compare_named<mqtt::BrokerConfig>("broker", from.mqtt, to.mqtt, changes.taken, compare_broker);
  compare_named<ingest::IngestConfig>("ingest", from.ingest, to.ingest, changes.needs_restart, compare_listener);
  compare_named<ocpp::ListenerConfig>("listener", from.ocpp.listeners, to.ocpp.listeners, changes.needs_restart,
                                      compare_listener);
  compare_named<ocpp::UpstreamConfig>("upstream", from.ocpp.upstreams, to.ocpp.upstreams, changes.taken,
                                      compare_upstream);
  compare_named<model::Charger>("charger", from.site.chargers, to.site.chargers, changes.taken, compare_charger);
  compare_rules(*from.rules, *to.rules, changes.taken);
  if (from.telemetry != to.telemetry) changes.taken.emplace_back("telemetry changed");
  return changes;
}

ConfigGeneration without_restart(const ConfigGeneration& from, const ConfigGeneration& to) {
  ConfigGeneration next = to;
  next.gateway.id = from.gateway.id;
  next.storage = from.storage;
  next.site.id = from.site.id;
  next.ingest = from.ingest;
  next.ocpp.listeners = from.ocpp.listeners;
  return next;
}

}  // namespace chargehook::core
