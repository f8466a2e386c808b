/// Records to test with.
#pragma once

#include "journal/format/record.hpp"

namespace chargehook::journal::test {

inline Record session_ended() {
  Record record;
  record.sequence = 1'732'428'000'000'017;
  record.ordinal = 42;
  record.boot = 7;
  record.boot_time = model::BootTime{model::Nanoseconds{987'654'321}};
  record.recorded = model::WallTime{model::Nanoseconds{1'732'428'729'120'000'001}};
  record.recorded_quality = model::TimeQuality::synced;
  record.event.id = "evt_0123456789abcdefghjkmnpqrs";
  record.event.type = "session.ended";
  record.event.subject = "charger/CP-07/evse/1";
  record.event.partition_key = "charger/CP-07";
  record.event.event_class = model::EventClass::billing;
  record.event.severity = model::Severity::low;
  record.event.basis = model::Basis::confirmed;
  record.event.time = model::WallTime{model::Nanoseconds{1'732'428'728'000'000'000}};
  record.event.time_quality = model::TimeQuality::corrected;
  record.event.data = R"({"energy_wh":12345})";
  return record;
}

inline Record imported_reading() {
  Record record = session_ended();
  record.event.event_class = model::EventClass::telemetry;
  record.event.severity = model::Severity::critical;
  record.event.basis = model::Basis::inferred;
  record.event.time = model::WallTime{model::Nanoseconds{-1}};
  record.event.time_of = model::TimeOf::device;
  record.event.data = std::string(60 * 1024, 'x');
  record.event.subject.clear();
  record.origin = Origin{0xfeed'beef'0102'0304, 99};
  return record;
}

}  // namespace chargehook::journal::test
