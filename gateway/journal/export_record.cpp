#include "journal/export_record.hpp"

namespace chargehook::journal {
namespace {

/// As a delivery would show it: another store does not know what was learned of our clock.
void correct(const Record& record, const model::BootClocks& clocks, ExportLine& line) {
  const model::Stamp stamp{record.boot, record.boot_time, record.recorded, record.recorded_quality};
  const auto shown = model::shown_times(record.event, stamp, clocks);
  if (clocks.of(record.boot)) line.recorded_quality = model::TimeQuality::corrected;
  line.recorded = shown.recorded;
  line.event.time = shown.time;
  line.event.time_quality = shown.quality;
}

}  // namespace

ExportLine line_of(const Record& record, std::uint64_t giver, const model::BootClocks& clocks) {
  ExportLine line;
  line.store_id = giver;
  line.sequence = record.sequence;
  line.origin = record.origin;
  line.event = record.event;
  line.recorded = record.recorded;
  line.recorded_quality = record.recorded_quality;
  if (record.recorded_quality == model::TimeQuality::unknown) correct(record, clocks, line);
  return line;
}

}  // namespace chargehook::journal
