#include "core/core_impl.hpp"

namespace chargehook::core {

void Core::Impl::handle(const Now& now, StatusAsked& input, Outputs& out) {
  StatusReport report;
  report.gateway_id = config->gateway.id;
  report.version = options.version;
  report.config_hash = config->hash;
  report.applied_by = applied_by;
  report.applied_at = applied_at;
  report.running_on_last_good = running_on_last_good;
  report.time_quality = now.quality;
  report.uptime = std::chrono::floor<std::chrono::seconds>(now.boot - started_at.boot);
  report.journal = intake.trouble();
  report.usage = intake.usage();
  for (std::size_t i = 0; i < report.classes.size(); ++i) {
    const auto& counters = admission.counters(static_cast<EventClass>(i));
    const auto& log = intake.log(static_cast<EventClass>(i));
    report.classes[i].admitted = counters.admitted;
    report.classes[i].refused = counters.refused;
    report.classes[i].stored = log.last_ordinal;
    report.classes[i].floor = log.floor_ordinal;
  }
  report.endpoints = streams.status();
  report.active_alarms = pipeline.engine().active_alarms().size();
  report.chargers = config->site.chargers.size();
  out.releases.push_back({input.token, std::move(report)});
}

}  // namespace chargehook::core
