#include "journal/pressure.hpp"

#include <algorithm>

namespace chargehook::journal {

namespace {

constexpr std::array<double, model::event_class_count> admitted_below{0.98, 0.98, 0.96, 0.92};

constexpr std::size_t page_bytes = 4096;

}  // namespace

bool admits(const Usage& usage, std::size_t waiting_bytes, model::EventClass event_class) {
  if (usage.pages_total <= reserve_pages) return usage.pages_total == 0;  // 0: nothing is known yet
  const auto may_fill = static_cast<double>(usage.pages_total - reserve_pages);
  const auto filled = static_cast<double>(usage.pages_used + waiting_bytes / page_bytes);
  return filled < may_fill * admitted_below[static_cast<std::size_t>(event_class)];
}

std::vector<Trim> trims_of_delivered(const Usage& usage,
                                     const std::array<model::Sequence, model::event_class_count>& wanted_above,
                                     const std::array<ClassLog, model::event_class_count>& logs) {
  std::vector<Trim> trims;
  if (usage.ratio() <= trim_above) return trims;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const auto up_to = std::min(wanted_above[i], logs[i].last_sequence);
    if (up_to > logs[i].floor_sequence) trims.push_back({static_cast<model::EventClass>(i), up_to});
  }
  return trims;
}

}  // namespace chargehook::journal
