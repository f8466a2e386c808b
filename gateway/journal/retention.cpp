#include "journal/retention.hpp"

namespace chargehook::journal {

Cutoff cutoff_before(const model::Now& now, std::uint32_t boot, std::chrono::seconds keep) {
  Cutoff cutoff{boot, now.boot - keep, std::nullopt};
  if (now.quality != model::TimeQuality::unknown) cutoff.wall = now.wall - keep;
  return cutoff;
}

bool is_before(const Record& record, const Cutoff& cutoff) {
  if (record.boot == cutoff.boot) return record.boot_time < cutoff.boot_time;
  return cutoff.wall && record.recorded_quality != model::TimeQuality::unknown && record.recorded < *cutoff.wall;
}

}  // namespace chargehook::journal
