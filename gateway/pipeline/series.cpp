#include "pipeline/series.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "model/json_text.hpp"

namespace chargehook::pipeline {

namespace {

constexpr double mwh_per_wh = 1000.0;

/// In the unit that is shown: Wh for energy, per cent for ratios.
std::optional<double> number_of(const model::Reading& reading) {
  if (const auto* number = std::get_if<double>(&reading.value)) {
    const bool ratio = model::signal(reading.signal).quantity == model::Quantity::ratio;
    return ratio ? *number * 100.0 : *number;
  }
  if (const auto* energy = std::get_if<model::MilliwattHours>(&reading.value)) {
    return static_cast<double>(energy->value) / mwh_per_wh;
  }
  return std::nullopt;
}

/// From trusted to useless; an interval is as good as its worst reading.
int badness(model::Quality quality) {
  using enum model::Quality;
  switch (quality) {
    case good:
      return 0;
    case simulated:
      return 1;
    case estimated:
      return 2;
    case stale:
      return 3;
    case frozen:
      return 4;
    case invalid:
      return 5;
  }
  return 5;
}

void append_number(std::string& out, double value) {
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, end);
}

}  // namespace

void Series::take(const model::Reading& reading) {
  if (badness(reading.quality) > badness(open_.quality)) open_.quality = reading.quality;
  const auto value = number_of(reading);
  if (!value || reading.quality == model::Quality::stale) return;  // a stale reading repeats what was counted
  if (open_.count == 0) {
    open_.first = before_.value_or(*value);
    open_.min = open_.max = *value;
  }
  ++open_.count;
  open_.sum += *value;
  open_.last = *value;
  open_.min = std::min(open_.min, *value);
  open_.max = std::max(open_.max, *value);
}

void Series::close_interval() {
  if (open_.count > 0) before_ = open_.last;
  const auto quality = open_.quality;
  intervals_.push_back(std::exchange(open_, {}));
  if (quality == model::Quality::stale || quality == model::Quality::frozen)
    open_.quality = quality;  // until it is better
}

bool Series::has_values() const {
  return std::ranges::any_of(intervals_, [](const Interval& interval) { return interval.count > 0; });
}

double Series::value_of(const Interval& interval, Aggregate aggregate) {
  switch (aggregate) {
    case Aggregate::last:
      return interval.last;
    case Aggregate::mean:
      return interval.sum / static_cast<double>(interval.count);
    case Aggregate::min:
      return interval.min;
    case Aggregate::max:
      return interval.max;
    case Aggregate::delta:
      return interval.last - interval.first;
  }
  return interval.last;
}

void Series::append_json(std::string& out, std::string_view device, Aggregate aggregate,
                         std::chrono::seconds every) const {
  const auto& signal = model::signal(signal_);
  std::string offsets{"["}, values{"["}, qualities{"["};
  for (std::size_t i = 0; i < intervals_.size(); ++i) {
    const char* comma = i > 0 ? "," : "";
    offsets += comma + std::to_string(static_cast<std::int64_t>(i) * every.count());
    values += comma;
    intervals_[i].count > 0 ? append_number(values, value_of(intervals_[i], aggregate)) : void(values += "null");
    qualities += comma;
    model::append_json_string(qualities, to_string(intervals_[i].quality));
  }
  model::JsonObject{out}
      .add("device", device)
      .add("signal", signal.name)
      .add("unit", model::base_symbol(signal.quantity))
      .add("as", to_string(aggregate))
      .add_json("offset_s", offsets + "]")
      .add_json("values", values + "]")
      .add_json("quality", qualities + "]")
      .end();
}

}  // namespace chargehook::pipeline
