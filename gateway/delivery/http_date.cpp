#include "delivery/http_date.hpp"

#include <algorithm>
#include <array>

namespace chargehook::delivery {
namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 7> long_days{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                    "Friday", "Saturday", "Sunday"};

/// Walks over a text; the first thing that does not fit makes it fail for good.
class Walk {
 public:
  explicit Walk(std::string_view text) : left_(text) {}

  Walk& literal(std::string_view text) {
    if (left_.starts_with(text)) {
      left_.remove_prefix(text.size());
    } else {
      ok_ = false;
    }
    return *this;
  }

  /// `digits` decimal digits; a leading blank counts as 0 if `blank` allows it (the day of asctime).
  Walk& number(std::size_t digits, unsigned& value, bool blank = false) {
    if (left_.size() < digits) return fail();
    value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = blank && i == 0 && left_[0] == ' ' ? '0' : left_[i];
      if (c < '0' || c > '9') return fail();
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    left_.remove_prefix(digits);
    return *this;
  }

  /// One of `names`; its position, counted from 1.
  template <std::size_t count>
  Walk& name(const std::array<std::string_view, count>& names, unsigned& position) {
    const auto found = std::ranges::find_if(names, [&](std::string_view name) { return left_.starts_with(name); });
    if (found == names.end()) return fail();
    position = static_cast<unsigned>(found - names.begin()) + 1;
    left_.remove_prefix(found->size());
    return *this;
  }

  [[nodiscard]] bool complete() const { return ok_ && left_.empty(); }

 private:
  Walk& fail() {
    ok_ = false;
    return *this;
  }

  std::string_view left_;
  bool ok_ = true;
};

struct Fields {
  unsigned weekday = 0, day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0;
};

Walk& time_of_day(Walk& walk, Fields& fields) {
  return walk.number(2, fields.hour).literal(":").number(2, fields.minute).literal(":").number(2, fields.second);
}

bool imf_fixdate(std::string_view text, Fields& fields) {
  Walk walk{text};
  walk.name(days, fields.weekday).literal(", ").number(2, fields.day).literal(" ").name(months, fields.month);
  walk.literal(" ").number(4, fields.year).literal(" ");
  return time_of_day(walk, fields).literal(" GMT").complete();
}

bool rfc850_date(std::string_view text, Fields& fields) {
  Walk walk{text};
  walk.name(long_days, fields.weekday).literal(", ").number(2, fields.day).literal("-").name(months, fields.month);
  walk.literal("-").number(2, fields.year).literal(" ");
  fields.year += fields.year >= 70 ? 1900 : 2000;
  return time_of_day(walk, fields).literal(" GMT").complete();
}

bool asctime_date(std::string_view text, Fields& fields) {
  Walk walk{text};
  walk.name(days, fields.weekday).literal(" ").name(months, fields.month).literal(" ");
  walk.number(2, fields.day, true).literal(" ");
  return time_of_day(walk, fields).literal(" ").number(4, fields.year).complete();
}

std::optional<std::chrono::sys_seconds> moment(const Fields& fields) {
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(fields.year)},
                                         std::chrono::month{fields.month}, std::chrono::day{fields.day}};
  const bool leap_second_allowed = fields.second <= 60;
  if (!date.ok() || fields.hour > 23 || fields.minute > 59 || !leap_second_allowed) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{fields.hour} + std::chrono::minutes{fields.minute} +
         std::chrono::seconds{fields.second};
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
  for (const auto form : {imf_fixdate, rfc850_date, asctime_date}) {
    Fields fields;
    if (form(text, fields)) return moment(fields);
  }
  return std::nullopt;
}

}  // namespace chargehook::delivery
