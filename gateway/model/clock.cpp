#include "model/clock.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace chargehook::model {

using namespace std::chrono_literals;

std::string_view to_string(TimeQuality quality) {
  switch (quality) {
    case TimeQuality::unknown:
      return "unknown";
    case TimeQuality::holdover:
      return "holdover";
    case TimeQuality::manual:
      return "manual";
    case TimeQuality::corrected:
      return "corrected";
    case TimeQuality::synced:
      return "synced";
  }
  return "unknown";
}

namespace {

constexpr std::array<std::string_view, 5> source_words{"none", "ntp", "csms", "https", "manual"};

}  // namespace

std::string_view to_string(TimeSource source) { return source_words[static_cast<std::size_t>(source)]; }

std::optional<TimeSource> parse_time_source(std::string_view text) {
  for (std::size_t i = 1; i < source_words.size(); ++i) {
    if (source_words[i] == text) return static_cast<TimeSource>(i);
  }
  return std::nullopt;
}

namespace {

void append_digits(std::string& out, unsigned value, int width) {
  char digits[10];
  for (int i = width - 1; i >= 0; --i) {
    digits[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(digits, static_cast<std::size_t>(width));
}

/// Takes characters off the front of a text; every step says whether it found what it wanted.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool digits(std::size_t count, int& value) {
    if (rest_.size() < count) return false;
    value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return true;
  }
  bool one_of(std::string_view wanted, char* found = nullptr) {
    if (rest_.empty() || wanted.find(rest_.front()) == std::string_view::npos) return false;
    if (found != nullptr) *found = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }
  /// An optional ".123456789": nanoseconds, digits beyond the ninth are an error.
  bool fraction(std::int64_t& nanoseconds) {
    nanoseconds = 0;
    if (!one_of(".")) return true;
    std::int64_t place = 100'000'000;
    int value = 0;
    std::size_t count = 0;
    while (count < 9 && digits(1, value)) {
      nanoseconds += value * place;
      place /= 10;
      ++count;
    }
    return count > 0;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool scan_offset(Scanner& scanner, std::chrono::minutes& offset) {
  char sign = 0;
  if (scanner.one_of("Zz")) {
    offset = 0min;
    return true;
  }
  int hours = 0;
  int minutes = 0;
  if (!scanner.one_of("+-", &sign) || !scanner.digits(2, hours) || !scanner.one_of(":") ||
      !scanner.digits(2, minutes) || hours > 23 || minutes > 59) {
    return false;
  }
  offset = std::chrono::minutes{hours * 60 + minutes};
  if (sign == '-') offset = -offset;
  return true;
}

}  // namespace

bool is_plausible(WallTime told, const Now& now) {
  constexpr auto ahead_max = 25h;
  const bool is_ahead = now.quality != TimeQuality::unknown && told > now.wall + ahead_max;
  return told >= earliest_time && !is_ahead;
}

void append_rfc3339(std::string& out, WallTime time) {
  using namespace std::chrono;
  constexpr WallTime earliest = sys_days{year{1677} / September / 22};  // what 64 bits of nanoseconds can hold
  const auto clamped = std::max(time, earliest);
  const auto day = floor<days>(clamped);
  const year_month_day date{day};
  const hh_mm_ss clock{floor<milliseconds>(clamped - day)};
  append_digits(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_digits(out, static_cast<unsigned>(clock.hours().count()), 2);
  out += ':';
  append_digits(out, static_cast<unsigned>(clock.minutes().count()), 2);
  out += ':';
  append_digits(out, static_cast<unsigned>(clock.seconds().count()), 2);
  out += '.';
  append_digits(out, static_cast<unsigned>(clock.subseconds().count()), 3);
  out += 'Z';
}

std::string to_rfc3339(WallTime time) {
  std::string out;
  append_rfc3339(out, time);
  return out;
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  Scanner scanner{text};
  int year_number = 0, month_number = 0, day_number = 0, hour = 0, minute = 0, second = 0;
  std::int64_t nanosecond = 0;
  minutes offset{};
  const bool read = scanner.digits(4, year_number) && scanner.one_of("-") && scanner.digits(2, month_number) &&
                    scanner.one_of("-") && scanner.digits(2, day_number) && scanner.one_of("Tt ") &&
                    scanner.digits(2, hour) && scanner.one_of(":") && scanner.digits(2, minute) &&
                    scanner.one_of(":") && scanner.digits(2, second) && scanner.fraction(nanosecond) &&
                    scan_offset(scanner, offset) && scanner.at_end();
  const year_month_day date{year{year_number}, month{static_cast<unsigned>(month_number)},
                            day{static_cast<unsigned>(day_number)}};
  if (!read || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  if (year_number < 1678 || year_number > 2261) return std::nullopt;  // what 64 bits of nanoseconds can hold
  return WallTime{sys_days{date}} + hours{hour} + minutes{minute} + seconds{std::min(second, 59)} +
         nanoseconds{nanosecond} - offset;
}

}  // namespace chargehook::model
