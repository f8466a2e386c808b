#include "modbus/decode.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace chargehook::modbus {
namespace {

using Words = std::span<const std::uint16_t>;

/// The words as one number, the most significant first.
std::uint64_t joined(ByteOrder order, Words words) {
  const bool low_word_first = order == ByteOrder::cdab || order == ByteOrder::dcba;
  const bool swapped_bytes = order == ByteOrder::badc || order == ByteOrder::dcba;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::uint64_t word = low_word_first ? words[words.size() - 1 - i] : words[i];
    if (swapped_bytes) word = (word << 8U & 0xFF00U) | word >> 8U;
    bits = bits << 16U | word;
  }
  return bits;
}

template <class Number>
std::optional<double> integer(std::uint64_t bits) {
  using Limits = std::numeric_limits<Number>;
  const auto value = static_cast<Number>(bits);
  const bool is_marker = value == Limits::max() || (Limits::is_signed && value == Limits::min());
  return is_marker ? std::nullopt : std::optional{static_cast<double>(value)};
}

template <class Float>
std::optional<double> floating(Float value) {
  if (!std::isfinite(value) || std::abs(value) == std::numeric_limits<Float>::max()) return std::nullopt;
  return static_cast<double>(value);
}

/// As a number of the base unit, for comparing; nothing if it is none.
std::optional<double> plain(const model::ReadingValue& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* energy = std::get_if<model::MilliwattHours>(&value)) return static_cast<double>(energy->value);
  return std::nullopt;
}

bool is_plausible(const DeviceProfile& profile, model::SignalId signal, const model::ReadingValue& value) {
  return std::ranges::all_of(profile.plausible, [&](const PlausibleRange& range) {
    const auto number = plain(value);
    return range.signal != signal || !number || (*number >= range.min && *number <= range.max);
  });
}

Point point_of(const DeviceProfile& profile, const Register& reg, Words words) {
  const auto number = number_of(reg.type, profile.order, words);
  const bool fits = number && std::isfinite(*number * reg.scale * reg.unit->factor);
  if (!fits) return {reg.signal, std::monostate{}, Fault::not_available};
  model::ReadingValue value = to_reading_value(model::signal(reg.signal), *reg.unit, *number * reg.scale);
  if (std::holds_alternative<std::monostate>(value)) return {reg.signal, std::monostate{}, Fault::not_available};
  if (!is_plausible(profile, reg.signal, value)) return {reg.signal, std::monostate{}, Fault::implausible};
  return {reg.signal, std::move(value), Fault::none};
}

/// A 32-bit float has seven digits: what a sample says in fewer must agree in those.
bool reads_as(const model::ReadingValue& got, const model::ReadingValue& said) {
  const auto a = plain(got);
  const auto b = plain(said);
  return a && b && std::abs(*a - *b) <= 1e-6 * std::max(std::abs(*a), std::abs(*b));
}

bool is_right(const DeviceProfile& profile, const GoldenSample& sample) {
  for (const Register& reg : profile.registers) {
    const auto length = static_cast<std::size_t>(words_of(reg.type));
    if (reg.signal != sample.signal || reg.at < sample.first) continue;
    const auto offset = static_cast<std::size_t>(reg.at - sample.first);
    if (offset + length > sample.words.size()) continue;
    return reads_as(point_of(profile, reg, Words(sample.words).subspan(offset, length)).value, sample.reads);
  }
  return false;
}

}  // namespace

std::optional<double> number_of(WordType type, ByteOrder order, Words words) {
  CHARGEHOOK_ASSERT(words.size() == static_cast<std::size_t>(words_of(type)));
  const std::uint64_t bits = joined(order, words);
  switch (type) {
    case WordType::int16:
      return integer<std::int16_t>(bits);
    case WordType::uint16:
      return integer<std::uint16_t>(bits);
    case WordType::int32:
      return integer<std::int32_t>(bits);
    case WordType::uint32:
      return integer<std::uint32_t>(bits);
    case WordType::int64:
      return integer<std::int64_t>(bits);
    case WordType::uint64:
      return integer<std::uint64_t>(bits);
    case WordType::float32:
      return floating(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    case WordType::float64:
      return floating(std::bit_cast<double>(bits));
  }
  return std::nullopt;
}

model::Result<std::vector<Point>> decode_registers(const DeviceProfile& profile, const Block& block, Words words) {
  if (words.size() != block.count) {
    return model::Error{"short_reply", std::to_string(block.count) + " registers were asked for, " +
                                           std::to_string(words.size()) + " came"};
  }
  std::vector<Point> points;
  points.reserve(block.registers.size());
  for (const std::size_t i : block.registers) {
    const Register& reg = profile.registers[i];
    const auto offset = static_cast<std::size_t>(reg.at - block.first);
    points.push_back(point_of(profile, reg, words.subspan(offset, static_cast<std::size_t>(words_of(reg.type)))));
  }
  return points;
}

std::vector<Point> refused_points(const DeviceProfile& profile, const Block& block) {
  std::vector<Point> points;
  points.reserve(block.registers.size());
  for (const std::size_t i : block.registers) {
    points.push_back({profile.registers[i].signal, std::monostate{}, Fault::refused});
  }
  return points;
}

std::string serial_number(const DeviceProfile& profile, Words words) {
  CHARGEHOOK_ASSERT(profile.identify.has_value());
  if (!number_of(profile.identify->type, profile.order, words)) return {};
  return std::to_string(joined(profile.order, words));
}

std::optional<std::string> failed_golden_sample(const DeviceProfile& profile) {
  const auto wrong = std::ranges::find_if(profile.golden, [&](const GoldenSample& s) { return !is_right(profile, s); });
  if (wrong == profile.golden.end()) return std::nullopt;
  return "the sample at register " + std::to_string(wrong->first) + " does not read as it says for " +
         std::string(model::signal(wrong->signal).name);
}

}  // namespace chargehook::modbus
