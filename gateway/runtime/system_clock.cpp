#include "runtime/system_clock.hpp"

#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <string>

namespace chargehook::runtime {

namespace {

using namespace std::chrono_literals;

model::Nanoseconds read(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

bool is_disciplined() {
  timex state{};
  return adjtimex(&state) != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

/// Touched at each synchronisation; in /run, so of this boot. Source: systemd-timesyncd.service(8).
bool was_synced_in_this_boot() { return access("/run/systemd/timesync/synchronized", F_OK) == 0; }

/// A clock with a battery ran on while the machine was off, and the kernel took the time from it at boot.
/// Source: Linux, Documentation/ABI/testing/rtc-cdev and drivers/rtc/class.c (hctosys).
bool came_from_battery() {
  static const bool took = [] {
    for (const char* name : {"rtc0", "rtc1"}) {
      std::ifstream file{std::string{"/sys/class/rtc/"} + name + "/hctosys"};
      char digit = '0';
      if (file >> digit && digit == '1') return true;
    }
    return false;
  }();
  return took;
}

model::TimeQuality ask_quality() {
  if (is_disciplined()) return model::TimeQuality::synced;
  return was_synced_in_this_boot() || came_from_battery() ? model::TimeQuality::holdover : model::TimeQuality::unknown;
}

model::TimeQuality quality_of(model::WallTime wall, model::BootTime boot) {
  // Asked once a second: it costs system calls, and the answer changes over minutes.
  thread_local model::BootTime asked{model::Nanoseconds{-1h}};
  thread_local model::TimeQuality answer = model::TimeQuality::unknown;
  if (boot - asked >= 1s) {
    answer = ask_quality();
    asked = boot;
  }
  return wall < model::earliest_time ? model::TimeQuality::unknown : answer;
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
