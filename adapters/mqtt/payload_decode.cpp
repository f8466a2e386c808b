#include "mqtt/payload_decode.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "model/event_id.hpp"
#include "model/json_text.hpp"

namespace chargehook::mqtt {
namespace {

using Captures = std::span<const std::string_view>;

constexpr std::size_t status_bytes_max = 64;
constexpr std::size_t key_bytes_max = 128;
constexpr std::size_t data_bytes_max = 60 * 1024;

std::optional<double> number_of(const JsonValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return std::nullopt;
}

bool is_plain_text(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// A time as written, if it is one at all.
std::optional<model::WallTime> read_time(const TimeMapping& mapping, const JsonValue& value) {
  if (mapping.form == TimeMapping::Form::rfc3339) {
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? std::nullopt : model::parse_rfc3339(*text);
  }
  const auto number = number_of(value);
  const double scale = mapping.form == TimeMapping::Form::unix_seconds ? 1000 : 1;
  constexpr double milliseconds_max = 4.1e12;  // 2099, so that nothing below overflows
  if (!number || !(std::abs(*number * scale) < milliseconds_max)) return std::nullopt;
  return model::WallTime{std::chrono::milliseconds{std::llround(*number * scale)}};
}

struct When {
  model::WallTime time;
  model::TimeQuality quality = model::TimeQuality::unknown;
  bool is_by_device = false;
};

/// The device's time if it is plausible, else that of the arrival.
When when_of(const TopicConfig& topic, const JsonDocument& document, const Arrival& arrival) {
  const When ours{arrival.now.wall, arrival.now.quality, false};
  if (!topic.time) return ours;
  const auto told = read_time(*topic.time, document.at(topic.time->path));
  if (!told || !model::is_plausible(*told, arrival.now)) return ours;
  return {*told, model::TimeQuality::unknown, true};
}

model::ReadingValue value_of(const ReadingMapping& mapping, const JsonValue& value) {
  const model::Signal& signal = model::signal(mapping.signal);
  if (mapping.unit == nullptr) {
    const auto* word = std::get_if<std::string>(&value);
    const bool is_good = word != nullptr && !word->empty() && word->size() <= status_bytes_max && is_plain_text(*word);
    return is_good ? model::ReadingValue{*word} : std::monostate{};
  }
  const auto number = number_of(value);
  const bool fits = number && std::isfinite(*number * mapping.unit->factor);
  return fits ? to_reading_value(signal, *mapping.unit, *number) : std::monostate{};
}

class Decoding {
 public:
  Decoding(const TopicConfig& topic, Captures captures, const JsonDocument& document, const Arrival& arrival)
      : topic_(topic),
        captures_(captures),
        document_(document),
        arrival_(arrival),
        when_(when_of(topic, document, arrival)) {}

  [[nodiscard]] Decoded readings() const {
    Decoded out;
    for (const ReadingMapping& mapping : topic_.readings) {
      const JsonValue value = document_.at(mapping.path);
      if (std::holds_alternative<Absent>(value)) {
        ++out.absent;
        continue;
      }
      out.readings.push_back(reading(mapping, value));
      const bool is_told_unknown = std::holds_alternative<std::nullptr_t>(value);
      if (out.readings.back().quality == model::Quality::invalid && !is_told_unknown) ++out.invalid;
    }
    return out;
  }

  [[nodiscard]] model::Result<std::optional<model::Event>> event(const model::Site& site) const {
    if (!topic_.event || !is_wanted(*topic_.event)) return std::optional<model::Event>{};
    const EventMapping& mapping = *topic_.event;
    BOOST_OUTCOME_TRY(const auto key, natural_key(mapping));
    model::Event event;
    BOOST_OUTCOME_TRY(event.data, data(mapping));
    event.subject = mapping.subject.fill(captures_);
    event.id = model::make_id("evt_", {site.id, "mqtt", mapping.type->name, event.subject, key});
    event.type = mapping.type->name;
    event.partition_key = model::device_of(event.subject);
    event.event_class = mapping.type->event_class;
    event.basis = model::Basis::confirmed;
    event.time = when_.time;
    event.time_quality = when_.quality;
    if (when_.is_by_device) event.time_of = model::TimeOf::device;
    return std::optional{std::move(event)};
  }

 private:
  [[nodiscard]] model::Reading reading(const ReadingMapping& mapping, const JsonValue& value) const {
    model::Reading out;
    out.device = mapping.device.fill(captures_);
    out.signal = mapping.signal;
    out.value = value_of(mapping, value);
    const bool is_old = arrival_.is_retained && !when_.is_by_device;
    out.quality = is_old ? model::Quality::stale : model::Quality::good;
    if (std::holds_alternative<std::monostate>(out.value)) out.quality = model::Quality::invalid;
    out.observed = when_.time;
    out.received = arrival_.now.wall;
    out.source = "mqtt";
    return out;
  }

  [[nodiscard]] bool is_met(const Condition& condition) const {
    const JsonValue value = document_.at(condition.path);
    const bool is_equal = std::visit(
        [&value](const auto& literal) {
          using Literal = std::decay_t<decltype(literal)>;
          if constexpr (std::is_same_v<Literal, double>)
            return number_of(value) == literal;
          else if constexpr (std::is_same_v<Literal, std::nullptr_t>)
            return std::holds_alternative<std::nullptr_t>(value) || std::holds_alternative<Absent>(value);
          else
            return value == JsonValue{literal};
        },
        condition.literal);
    return is_equal == condition.is_equal;
  }

  [[nodiscard]] bool is_wanted(const EventMapping& mapping) const {
    return std::ranges::all_of(mapping.only_if, [this](const Condition& condition) { return is_met(condition); });
  }

  [[nodiscard]] model::Result<std::string> natural_key(const EventMapping& mapping) const {
    const JsonValue value = document_.at(mapping.id);
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    const auto* text = std::get_if<std::string>(&value);
    const bool is_good = text != nullptr && !text->empty() && text->size() <= key_bytes_max && is_plain_text(*text);
    if (is_good) return *text;
    return model::Error{"id", "the natural key at " + shown(mapping.id) + " is not a text or whole number"};
  }

  [[nodiscard]] model::Result<std::string> data(const EventMapping& mapping) const {
    std::string out;
    model::JsonObject object{out};
    for (const DataMapping& member : mapping.data) {
      if (const auto* constant = std::get_if<DataMapping::Constant>(&member.from)) {
        object.add(member.member, constant->text.fill(captures_));
      } else if (const auto* plain = std::get_if<DataMapping::Plain>(&member.from)) {
        object.add_json(member.member, document_.text_at(plain->path));
      } else {
        BOOST_OUTCOME_TRY(add_whole(object, member.member, std::get<DataMapping::Whole>(member.from)));
      }
    }
    object.end();
    if (out.size() > data_bytes_max) return model::Error{"size", "the event is larger than 60 KiB"};
    return out;
  }

  /// 9.42 EUR is 942 cents and 9.425 EUR is nothing that can be charged; a null stays one.
  [[nodiscard]] model::Result<void> add_whole(model::JsonObject& object, const std::string& member,
                                              const DataMapping::Whole& whole) const {
    const JsonValue value = document_.at(whole.path);
    if (std::holds_alternative<std::nullptr_t>(value)) {
      object.add_null(member);
      return model::success();
    }
    constexpr double exact_max = 9e15;  // whole numbers above are not exact as double
    const auto number = number_of(value);
    const double scaled = number.value_or(0) * whole.factor;
    const double rounded = std::round(scaled);
    if (!number || std::abs(scaled) > exact_max) {
      return model::Error{"value", shown(whole.path) + " is not a number that " + member + " can be made of"};
    }
    const bool is_exact = whole.decimals == Decimals::rounded ||
                          std::abs(scaled - rounded) < 1e-6 * std::max(1.0, std::abs(scaled) * 1e-6);
    if (!is_exact) {
      return model::Error{"value", shown(whole.path) + " has more decimals than its unit"};
    }
    object.add(member, static_cast<std::int64_t>(rounded));
    return model::success();
  }

  static std::string shown(const JsonPath& path) { return path.pointer().empty() ? "the payload" : path.pointer(); }

  const TopicConfig& topic_;
  Captures captures_;
  const JsonDocument& document_;
  const Arrival& arrival_;
  When when_;
};

}  // namespace

model::Result<Decoded> PayloadDecoder::decode(const TopicConfig& topic, Captures captures, std::string_view payload,
                                              const Arrival& arrival, const model::Site& site) {
  BOOST_OUTCOME_TRY(document_.parse(payload));
  const Decoding decoding{topic, captures, document_, arrival};
  Decoded out = decoding.readings();
  if (!topic.event && out.readings.empty()) {
    return model::Error{"empty", "nothing of what is mapped is in the payload"};
  }
  BOOST_OUTCOME_TRY(out.event, decoding.event(site));
  return out;
}

}  // namespace chargehook::mqtt
