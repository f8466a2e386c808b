#include "core/configuration/config_changes.hpp"

#include <algorithm>
#include <string_view>

#include "core/configuration/adapter_changes.hpp"
#include "core/configuration/change_lines.hpp"
#include "core/configuration/config_words.hpp"
#include "core/configuration/topology_changes.hpp"

namespace chargehook::core {
namespace {

std::string shown(const delivery::HttpUrl& url) {
  return (url.tls ? "https://" : "http://") + url.authority() + url.target;
}

std::string_view shown(delivery::SignForm form) {
  return form == delivery::SignForm::none ? "none" : "standard-webhooks";
}

std::string shown(const ClockConfig& clock) {
  std::string out;
  for (const auto source : clock.trust) (out.empty() ? out : out += ", ") += to_string(source);
  return out;
}

/// One endpoint's changes, joined by semicolons: "endpoint billing: secret changed; timeout 15 s → 30 s".
void compare_endpoint(const delivery::EndpointConfig& from, const delivery::EndpointConfig& to, Lines& taken) {
  Lines parts;
  add_url_change(parts, "url", shown(from.url), shown(to.url));
  add_change(parts, "events", or_none(from.events.text()), or_none(to.events.text()));
  add_change(parts, "sign", std::string(shown(from.sign)), std::string(shown(to.sign)));
  add_change(parts, "secret", or_none(from.secret_name), or_none(to.secret_name));
  if (from.secret_name == to.secret_name && from.secret != to.secret) parts.emplace_back("secret changed");
  add_change(parts, "connections", std::to_string(from.connections), std::to_string(to.connections));
  add_change(parts, "timeout", duration_text(from.total_deadline), duration_text(to.total_deadline));
  add_joined(taken, "endpoint " + to.name, parts);
}

void compare_site(const model::Site& from, const model::Site& to, ConfigChanges& changes) {
  add_change(changes.needs_restart, "site.id", from.id, to.id);
  add_change(changes.taken, "site.name", or_none(from.name), or_none(to.name));
  add_change(changes.taken, "site.timezone", from.timezone, to.timezone);
  add_change(changes.taken, "site.currency", or_none(from.currency), or_none(to.currency));
  add_change(changes.taken, "site.country", or_none(from.country), or_none(to.country));
  add_change(changes.taken, "site.operator", or_none(from.operator_id), or_none(to.operator_id));
}

std::string shown(const std::optional<double>& power_w) {
  return power_w ? amount_text({model::Quantity::power, *power_w}) : "none";
}

void compare_charger(const model::Charger& from, const model::Charger& to, Lines& taken) {
  Lines parts;
  add_change(parts, "name", from.name, to.name);
  add_change(parts, "fed_by", or_none(from.circuit), or_none(to.circuit));
  add_change(parts, "max_power", shown(from.max_power_w), shown(to.max_power_w));
  if (from.evses != to.evses) parts.emplace_back("evses changed");
  add_joined(taken, "charger " + to.id, parts);
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

void compare_retention(const journal::RetentionLimits& from, journal::RetentionLimits to, Lines& taken) {
  add_change(taken, "storage.billing.hold", long_duration_text(from.billing_hold), long_duration_text(to.billing_hold));
  to.billing_hold = from.billing_hold;
  if (from != to) taken.emplace_back("storage: how long and how much is kept changed");
}

}  // namespace

ConfigChanges compare(const ConfigGeneration& from, const ConfigGeneration& to) {
  ConfigChanges changes;
  add_change(changes.needs_restart, "gateway.id", from.gateway.id, to.gateway.id);
  add_change(changes.taken, "gateway.environment", from.gateway.environment, to.gateway.environment);
  add_change(changes.needs_restart, "storage.size", size_text(from.storage.size_bytes),
             size_text(to.storage.size_bytes));
  compare_retention(from.storage.keep, to.storage.keep, changes.taken);
  add_change(changes.taken, "clock.trust", shown(from.clock), shown(to.clock));
  compare_site(from.site, to.site, changes);
  compare_topology(from.topology, to.topology, changes.taken);
  compare_named("endpoint", from.endpoints, to.endpoints, changes.taken, compare_endpoint,
                &delivery::EndpointConfig::name);
  compare_adapters(from, to, changes);
  compare_named("charger", from.site.chargers, to.site.chargers, changes.taken, compare_charger, &model::Charger::id);
  compare_rules(*from.rules, *to.rules, changes.taken);
  if (from.telemetry != to.telemetry) changes.taken.emplace_back("telemetry changed");
  return changes;
}

ConfigGeneration without_restart(const ConfigGeneration& from, const ConfigGeneration& to) {
  ConfigGeneration next = to;
  next.gateway.id = from.gateway.id;
  next.storage.size_bytes = from.storage.size_bytes;
  next.site.id = from.site.id;
  next.ingest = from.ingest;
  if (to.ocpp.listeners.empty()) {
    next.ocpp = from.ocpp;  // the proxy goes with its listeners: chargers are not locked out before
  } else {
    next.ocpp.listeners = from.ocpp.listeners;
  }
  return next;
}

}  // namespace chargehook::core
