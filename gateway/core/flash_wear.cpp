#include "core/flash_wear.hpp"

namespace chargehook::core {
namespace {

constexpr double hours_a_year = 24 * 365.25;

bool goes_on_from(const FlashSight& earlier, const FlashSight& later) {
  return earlier.is_device == later.is_device && earlier.capacity_bytes == later.capacity_bytes &&
         earlier.written_bytes <= later.written_bytes;
}

}  // namespace

void FlashWear::take(const model::Now& now, const FlashSight& sight, std::uint64_t events) {
  if (!samples_.empty() && !goes_on_from(samples_.back().sight, sight)) samples_.clear();
  while (!samples_.empty() && samples_.front().at + reaches_back < now.boot) samples_.pop_front();
  samples_.push_back({now.boot, sight, events});
}

FlashStatus FlashWear::status() const {
  FlashStatus out;
  if (samples_.empty()) return out;
  const Sample& first = samples_.front();
  const Sample& last = samples_.back();
  out.is_device = last.sight.is_device;
  if (first.at + known_after > last.at) return out;
  const auto bytes = static_cast<double>(last.sight.written_bytes - first.sight.written_bytes);
  const double hours = std::chrono::duration<double, std::ratio<3600>>(last.at - first.at).count();
  out.bytes_per_hour = bytes / hours;
  if (last.events > first.events) out.bytes_per_event = bytes / static_cast<double>(last.events - first.events);
  if (last.sight.capacity_bytes > 0 && bytes > 0) {
    out.years_of_life = life_in_bytes(last.sight.capacity_bytes) / *out.bytes_per_hour / hours_a_year;
  }
  return out;
}

}  // namespace chargehook::core
