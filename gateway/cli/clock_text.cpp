#include "cli/clock_text.hpp"

#include "cli/words.hpp"
#include "model/result.hpp"

namespace chargehook::cli {
namespace {

constexpr std::size_t left_columns = 10;

std::string line(std::string_view left, const std::string& right) {
  std::string out{left};
  out.append(left_columns - left.size(), ' ');
  return out + right + '\n';
}

std::string quality_words(const core::ClockStatus& clock) {
  std::string out{to_string(clock.quality)};
  if (clock.source == model::TimeSource::none)
    return out + ": nobody has said what time it is since this machine began";
  out += ", by " + std::string{to_string(clock.source)};
  if (!clock.by.empty()) out += " (" + clock.by + ")";
  if (clock.age) out += ", told " + long_time(*clock.age) + " ago";
  return out;
}

std::string machine_words(const core::ClockStatus& clock) {
  const auto apart = std::chrono::floor<std::chrono::seconds>(clock.time - clock.machine);
  if (clock.is_impossible) return "this machine's clock shows that: it cannot be right";
  if (apart > std::chrono::seconds{-2} && apart < std::chrono::seconds{2}) return "the same";
  const bool is_behind = apart.count() > 0;
  return "shows " + model::to_rfc3339(clock.machine) + ", " + long_time(is_behind ? apart : -apart) +
         (is_behind ? " behind" : " ahead");
}

std::string trust_words(const core::ClockStatus& clock) {
  std::string out;
  for (const auto source : clock.trust) (out.empty() ? out : out += ", ").append(to_string(source));
  return out.empty() ? "nobody" : out;
}

std::string waiting_words(const core::StatusReport& report) {
  std::string out;
  for (const auto& endpoint : report.endpoints) {
    if (!endpoint.waits_for_clock) continue;
    std::uint64_t undelivered = 0;
    for (const auto count : endpoint.undelivered_at_least) undelivered += count;
    out +=
        line(out.empty() ? "waits" : "", "endpoint " + endpoint.name + ": " + (endpoint.more_waits ? "at least " : "") +
                                             std::to_string(undelivered) + " to deliver");
  }
  if (out.empty()) out = line("waits", "nothing");
  if (report.clock.is_revising) out += line("", "times of events that went out before are being corrected");
  return out;
}

std::string help_words(const core::ClockStatus& clock) {
  if (clock.is_impossible) return "help: sudo chargehook clock set \"2026-11-24 14:02\"   (local time)\n";
  if (clock.quality != model::TimeQuality::unknown) return {};
  return "help: if the time above is right:  chargehook clock accept\n";
}

}  // namespace

std::string clock_text(const core::StatusReport& report, const LocalTime& local) {
  const auto& clock = report.clock;
  return line("time", model::to_rfc3339(clock.time) + "   local " + local(clock.time)) +
         line("quality", quality_words(clock)) + line("machine", machine_words(clock)) +
         line("trusted", trust_words(clock)) + waiting_words(report) + help_words(clock);
}

std::optional<WrittenTime> read_written_time(std::string_view text, std::string_view today) {
  if (const auto exact = model::parse_rfc3339(text)) return WrittenTime{*exact, false};
  std::string local{text};
  if (local.find('-') == std::string::npos) local = std::string{today} + " " + local;
  constexpr std::size_t to_minutes = 16;  // "2026-11-24 14:02"
  if (local.size() == to_minutes) local += ":00";
  const auto time = model::parse_rfc3339(local + "Z");
  return time ? std::optional{WrittenTime{*time, true}} : std::nullopt;
}

}  // namespace chargehook::cli
