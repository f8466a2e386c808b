#include "journal/pressure.hpp"

#include <algorithm>

#include "journal/format/lmdb_page.hpp"

namespace chargehook::journal {

namespace {

constexpr std::array<double, pressure_level_count> begins{0, 0.70, 0.85, 0.92, 0.96, 0.98};

constexpr std::array<double, model::event_class_count> admitted_below{0.98, 0.98, 0.96, 0.92};

double fill_of(const Usage& usage, std::uint64_t pages) {
  if (usage.pages_total == 0) return 0;  // nothing is known yet
  if (usage.pages_total <= reserve_pages) return 1;
  return static_cast<double>(pages) / static_cast<double>(usage.pages_total - reserve_pages);
}

}  // namespace

std::string_view to_string(PressureLevel level) {
  constexpr std::array<std::string_view, pressure_level_count> names{"none",       "delivered_goes", "telemetry_goes",
                                                                     "state_goes", "safety_goes",    "full"};
  return names.at(static_cast<std::size_t>(level));
}

std::string_view what_goes(PressureLevel level) {
  switch (level) {
    case PressureLevel::none:
      return "nothing has to go";
    case PressureLevel::delivered_goes:
      return "what is delivered goes, oldest first";
    case PressureLevel::telemetry_goes:
      return "undelivered telemetry goes, oldest first";
    case PressureLevel::state_goes:
      return "undelivered telemetry and state go, oldest first";
    case PressureLevel::safety_goes:
      return "undelivered telemetry, state and safety go, oldest first";
    case PressureLevel::full:
      return "nothing more is taken until something is delivered";
  }
  return "";
}

double begin_of(PressureLevel level) { return begins.at(static_cast<std::size_t>(level)); }

std::optional<PressureLevel> eviction_level(model::EventClass event_class) {
  switch (event_class) {
    case model::EventClass::telemetry:
      return PressureLevel::telemetry_goes;
    case model::EventClass::state:
      return PressureLevel::state_goes;
    case model::EventClass::safety:
      return PressureLevel::safety_goes;
    case model::EventClass::billing:
      return std::nullopt;
  }
  return std::nullopt;
}

double fill(const Usage& usage) { return fill_of(usage, usage.pages_used); }

PressureLevel level_of(const Usage& usage) { return next_level(PressureLevel::none, usage); }

PressureLevel next_level(PressureLevel before, const Usage& usage) {
  const double filled = fill(usage);
  for (int i = pressure_level_count - 1; i > 0; --i) {
    const auto level = static_cast<PressureLevel>(i);
    const double left_below = level <= before ? begin_of(level) - pressure_hysteresis : begin_of(level);
    if (filled > left_below) return level;
  }
  return PressureLevel::none;
}

bool admits(const Usage& usage, std::size_t waiting_bytes, model::EventClass event_class) {
  const double filled = fill_of(usage, usage.pages_used + waiting_bytes / lmdb_page_bytes);
  return filled < admitted_below[static_cast<std::size_t>(event_class)];
}

bool may_leave_points(const Usage& usage) { return level_of(usage) < PressureLevel::full; }

bool may_pend(const Usage& usage) { return fill(usage) < 1; }

bool is_held(const Usage& usage) { return usage.outside_reader.pid != 0 && usage.pages_held >= reserve_pages; }

bool is_trimming(const Usage& usage) { return level_of(usage) >= PressureLevel::delivered_goes; }

std::vector<Trim> trims_of_delivered(const std::array<model::Sequence, model::event_class_count>& wanted_above,
                                     const std::array<ClassLog, model::event_class_count>& logs) {
  std::vector<Trim> trims;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const auto up_to = std::min(wanted_above[i], logs[i].last_sequence);
    if (up_to > logs[i].floor_sequence) trims.push_back({static_cast<model::EventClass>(i), up_to});
  }
  return trims;
}

}  // namespace chargehook::journal
