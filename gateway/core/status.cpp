#include "core/core_impl.hpp"

namespace chargehook::core {

namespace {

AdapterStatus status_of(const ocpp::Sessions& sessions) {
  const auto& counters = sessions.counters();
  AdapterStatus out;
  out.kind = "ocpp";
  out.name = "proxy";
  out.state = std::to_string(sessions.connected_chargers()) + " chargers connected";
  out.counters = {{"from_charger", counters.from_charger},
                  {"from_upstream", counters.from_upstream},
                  {"connected", counters.connected},
                  {"replaced", counters.replaced},
                  {"holds", counters.holds},
                  {"unparsed", counters.unparsed},
                  {"orphan_answers", counters.orphan_answers}};
  out.losses = {{"not_understood", counters.not_understood},
                {"calls_forgotten", counters.calls_forgotten},
                {"hold_expired_time", counters.hold_expired_time},
                {"hold_expired_full", counters.hold_expired_full},
                {"hold_expired_refusing", counters.hold_expired_refusing},
                {"refused_here", counters.refused_here},
                {"refused_upstream", counters.refused_upstream},
                {"oversize", counters.oversize}};
  return out;
}

AdapterStatus status_of(const Repetitions& repetitions) {
  AdapterStatus out;
  out.kind = "sources";
  out.name = "repetitions";
  out.state = std::to_string(repetitions.known().size()) + " events are known again";
  out.counters = {{"repeated", repetitions.counters().repeated}, {"revised", repetitions.counters().revised}};
  out.losses = {{"crowded_out", repetitions.known().crowded_out()}};
  return out;
}

AdapterStatus status_of(const pipeline::Telemetry& telemetry) {
  AdapterStatus out;
  out.kind = "telemetry";
  out.name = "series";
  out.losses = {{"left_out", telemetry.left_out()}};
  return out;
}

}  // namespace

void Core::Impl::handle(const Now& now, StatusAsked& input, Outputs& out) {
  StatusReport report;
  report.gateway_id = config->gateway.id;
  report.version = options.version;
  report.config_hash = config->hash;
  report.applied_by = applied_by;
  report.applied_at = applied_at;
  report.running_on_last_good = running_on_last_good;
  report.clock = clock.status();
  report.clock.is_revising = revisions.is_busy();
  report.uptime = std::chrono::floor<std::chrono::seconds>(now.boot - started_at.boot);
  report.journal = intake.trouble();
  report.usage = intake.usage();
  report.pressure = pressure;
  report.gaps = gaps.size();
  const auto sight = store_sight();
  report.store_notes = store_notes;
  report.store_check = store_check.report();
  report.held_billing = held_billing.status();
  report.flash = flash.status();
  for (std::size_t i = 0; i < report.classes.size(); ++i) {
    const auto& counters = admission.counters(static_cast<EventClass>(i));
    const auto& log = intake.log(static_cast<EventClass>(i));
    report.classes[i].admitted = counters.admitted;
    report.classes[i].refused = counters.refused;
    report.classes[i].stored = log.last_ordinal;
    report.classes[i].floor = log.floor_ordinal;
    report.classes[i].evicted = losses[i].evicted;
    report.classes[i].expired = losses[i].expired;
    report.classes[i].outlook = outlook.of(static_cast<EventClass>(i), now, sight);
  }
  report.endpoints = streams.status();
  report.active_alarms = pipeline.engine().active_alarms().size();
  report.chargers = config->site.chargers.size();
  report.adapters = std::move(input.adapters);
  if (!config->ocpp.listeners.empty()) report.adapters.push_back(status_of(ocpp_sessions));
  if (!config->telemetry.empty()) report.adapters.push_back(status_of(pipeline.telemetry()));
  if (repetitions.known().size() > 0) report.adapters.push_back(status_of(repetitions));
  out.releases.push_back({input.token, std::move(report)});
}

}  // namespace chargehook::core
