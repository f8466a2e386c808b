#include "runtime/system_clock.hpp"

#include <sys/timex.h>
#include <time.h>

#include <charconv>
#include <fstream>
#include <string>

namespace chargehook::runtime {

namespace {

model::Nanoseconds read(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

model::TimeQuality quality_of(model::WallTime wall, model::BootTime boot) {
  using namespace std::chrono_literals;
  // The kernel is asked once a second: it costs a system call, and its answer changes over minutes.
  thread_local model::BootTime asked{model::Nanoseconds{-1h}};
  thread_local bool synced = false;
  if (boot - asked >= 1s) {
    timex state{};
    synced = adjtimex(&state) != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
    asked = boot;
  }
  constexpr model::WallTime year_2024 = std::chrono::sys_days{std::chrono::year{2024} / 1 / 1};
  if (wall < year_2024) return model::TimeQuality::unknown;
  return synced ? model::TimeQuality::synced : model::TimeQuality::holdover;
}

}  // namespace

model::Now read_clocks() {
  const model::WallTime wall{read(CLOCK_REALTIME)};
  const model::BootTime boot{read(CLOCK_BOOTTIME)};
  return {wall, boot, quality_of(wall, boot)};
}

std::array<std::uint8_t, 16> read_boot_uuid() {
  std::array<std::uint8_t, 16> uuid{};
  std::ifstream file{"/proc/sys/kernel/random/boot_id"};
  std::string text;
  if (!std::getline(file, text)) return uuid;
  std::erase(text, '-');
  for (std::size_t i = 0; i < uuid.size() && 2 * i + 2 <= text.size(); ++i) {
    std::from_chars(text.data() + 2 * i, text.data() + 2 * i + 2, uuid[i], 16);
  }
  return uuid;
}

}  // namespace chargehook::runtime
