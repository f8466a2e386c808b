#include <algorithm>
#include <array>
#include <utility>

#include "core/configuration/config_changes.hpp"
#include "core/core_impl.hpp"

namespace chargehook::core {

delivery::Sender sender_of(const ConfigGeneration& config, const CoreOptions& options) {
  return {"/" + config.gateway.id, config.gateway.environment, "chargehook/" + options.version};
}

namespace {

/// When no change has words of its own.
std::string_view said_of_the_rest(const std::string& old_hash, const std::string& new_hash) {
  return old_hash == new_hash ? "nothing changed" : "taken: only comments or the writing changed";
}

/// Clients, URLs and ids are made of these: a gateway that took half a change would go by two names.
std::vector<std::string> identity_errors(const ConfigGeneration& from, const ConfigGeneration& to) {
  constexpr std::string_view advice =
      ": only a start takes this into use, and nothing else was taken; restart, or put it back";
  std::vector<std::string> errors;
  const auto look_at = [&](std::string_view key, const std::string& before, const std::string& after) {
    if (before != after) errors.push_back(std::string{key} + " " + before + " → " + after + std::string{advice});
  };
  look_at("gateway.id", from.gateway.id, to.gateway.id);
  look_at("site.id", from.site.id, to.site.id);
  return errors;
}

}  // namespace

std::shared_ptr<const ocpp::OcppConfig> ocpp_config_of(const ConfigPtr& config) { return {config, &config->ocpp}; }

/// No delivery of a new set starts before the rows of its streams are durable.
void Core::Impl::take_endpoints_into_use(const Now& now, model::Event told, std::optional<Release> answer) {
  const Sequences end = ends_of(intake);
  announce(now, std::move(told));
  journal::Settings settings;
  settings.kv = numbers.give(config->endpoints);
  auto changes = streams.configure(config->endpoints, numbers.all(), end, sender_of(*config, options));
  const bool waits_for_rows = !changes.empty();
  settings.streams = std::move(changes.rows);
  settings.pend = std::move(changes.pend);
  settings.points = std::move(changes.points);
  settings.waiter = make_waiter(WaiterKind::endpoints, next_set);
  new_sets[next_set++] = {waits_for_rows, std::move(answer)};
  intake.put(now, std::move(settings));
}

void Core::Impl::use_new_set(const Now& now, std::uint64_t number, Outputs& out) {
  auto taken = new_sets.extract(number);
  if (taken.mapped().has_new_streams) {
    delivery::DeliveryOutputs wanted;
    streams.rows_committed(now, wanted);
    carry_out(wanted, out);
  }
  if (taken.mapped().answer) out.releases.push_back(std::move(*taken.mapped().answer));
}

void Core::Impl::handle(const Now& now, ConfigReady& input, Outputs& out) {
  if (stopping) return refuse_apply(input.token, out);
  if (auto errors = identity_errors(*config, *input.config); !errors.empty()) {
    ConfigRejected rejected{std::move(errors), std::move(input.applied_by), input.token};
    return handle(now, rejected, out);
  }
  Applied answer{true, {}};
  applied_by = input.applied_by;
  applied_at = now.wall;
  running_on_last_good = false;
  const auto old_hash = config->hash;
  auto changes = compare(*config, *input.config);
  answer.lines = std::move(changes.taken);
  tell_what_is_dropped(*input.config, answer.lines);
  config = std::make_shared<ConfigGeneration>(without_restart(*config, *input.config));
  out.config_taken = config;
  clock.set_trust(config->clock.trust);
  for (const auto& change : changes.needs_restart) answer.lines.push_back(change + " (takes effect after a restart)");
  if (answer.lines.empty()) answer.lines.emplace_back(said_of_the_rest(old_hash, config->hash));
  for (const auto& line : answer.lines) out.log.push_back({LogLevel::info, "configuration: " + line});
  pipeline::PipelineOutputs made;
  pipeline.configure(now, config->rules, config->telemetry, made);
  take(now, made);
  ocpp_sessions.configure(ocpp_config_of(config), config->site);
  auto told = events.config_applied(now, *config, input.applied_by, answer.lines);
  std::optional<Release> release;
  if (input.token != nobody) release = Release{input.token, std::move(answer)};
  take_endpoints_into_use(now, std::move(told), std::move(release));
}

void Core::Impl::handle(const Now& now, ConfigRejected& input, Outputs& out) {
  out.log.push_back(
      {LogLevel::error, "configuration refused, the running one stays: " +
                            (input.errors.empty() ? std::string{"no reason given"} : input.errors.front())});
  announce(now, events.config_rejected(now, *config, input.applied_by, input.errors));
  if (input.token != nobody) out.releases.push_back({input.token, Applied{false, std::move(input.errors)}});
}

void Core::Impl::refuse_apply(Token token, Outputs& out) {
  if (token != nobody) out.releases.push_back({token, Applied{false, {"the gateway is stopping"}}});
}

/// A removed endpoint takes its undelivered events with it: that is what was asked for, and it is said.
void Core::Impl::tell_what_is_dropped(const ConfigGeneration& next, std::vector<std::string>& lines) const {
  for (const auto& endpoint : streams.status()) {
    const bool stays =
        std::ranges::any_of(next.endpoints, [&](const auto& other) { return other.name == endpoint.name; });
    std::uint64_t undelivered = 0;
    for (const auto count : endpoint.undelivered_at_least) undelivered += count;
    if (stays || undelivered == 0) continue;
    lines.push_back("endpoint " + endpoint.name + " had at least " + std::to_string(undelivered) +
                    " undelivered events; they will not be sent");
  }
}

}  // namespace chargehook::core
