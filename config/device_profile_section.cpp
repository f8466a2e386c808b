// Device profiles: what a meter keeps where. A profile proves itself by its golden samples.
#include <algorithm>
#include <array>
#include <charconv>

#include "config/nearest.hpp"
#include "config/sections.hpp"
#include "config/serial_settings.hpp"
#include "modbus/decode.hpp"
#include "modbus/read_plan.hpp"

namespace chargehook::config {
namespace {

using modbus::ByteOrder;
using modbus::DeviceProfile;
using modbus::WordType;

constexpr std::string_view bad_profile = "E161";
constexpr std::array<std::string_view, 8> types{"int16", "uint16", "int32",   "uint32",
                                                "int64", "uint64", "float32", "float64"};
constexpr std::array<std::string_view, 4> orders{"ABCD", "CDAB", "BADC", "DCBA"};
constexpr std::array<std::string_view, 2> kinds{"gauge", "counter"};
constexpr std::array<std::string_view, 1> identities{"serial"};

template <class Enum, std::size_t count>
std::optional<Enum> read_enum(MapReader& map, std::string_view key, Need need,
                              const std::array<std::string_view, count>& words) {
  const auto word = map.one_of(key, need, words);
  if (!word) return std::nullopt;
  return static_cast<Enum>(std::ranges::find(words, word->text) - words.begin());
}

/// A whole number in the base, at most 16 bits.
std::optional<std::uint16_t> number_16(std::string_view text, int base) {
  std::uint16_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

/// 70 or 0x46, counted from 0.
std::optional<std::uint16_t> read_register(MapReader& map, std::string_view key) {
  const auto written = map.text(key, Need::required);
  if (!written) return std::nullopt;
  const bool is_hex = written->text.starts_with("0x");
  const auto value = is_hex ? number_16(std::string_view(written->text).substr(2), 16) : number_16(written->text, 10);
  if (!value) {
    map.error(written->place, bad_profile, in_quotes(written->text) + " is not a register",
              "as on the wire, counted from 0: 70 or 0x46");
  }
  return value;
}

double read_scale(MapReader& map) {
  const auto written = map.text("scale", Need::optional);
  if (!written) return 1;
  double value = 0;
  const std::string_view text = written->text;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error == std::errc{} && end == text.data() + text.size() && value != 0) return value;
  map.error(written->place, bad_profile, in_quotes(text) + " is not a factor", "a number with a point: 0.1");
  return 1;
}

std::optional<model::SignalId> known_signal(MapReader& map, const Text& name) {
  const auto found = model::find_signal(name.text);
  if (found) return found;
  std::vector<std::string_view> names;
  for (const model::Signal& signal : model::signals()) {
    if (signal.name.starts_with("meter.")) names.push_back(signal.name);
  }
  map.error(name.place, "E163", "there is no signal " + in_quotes(name.text), suggestion(name.text, names));
  return std::nullopt;
}

/// A unit that measures what the signal is.
const model::Unit* read_unit(MapReader& map, std::optional<model::SignalId> signal) {
  const auto written = map.text("unit", Need::required);
  if (!written || !signal) return nullptr;
  const model::Unit* unit = model::find_unit(written->text);
  const model::Quantity wanted = model::signal(*signal).quantity;
  if (unit != nullptr && unit->quantity == wanted) return unit;
  map.error(written->place, unit == nullptr ? "E136" : "E135",
            in_quotes(written->text) + " is not a unit of " + std::string(to_string(wanted)),
            "write for example " + std::string(model::base_symbol(wanted)));
  return nullptr;
}

void check_kind(MapReader& map, std::optional<model::SignalId> signal) {
  const auto kind = map.one_of("kind", Need::optional, kinds);
  if (!kind || !signal) return;
  const bool is_counter = model::signal(*signal).kind == model::SignalKind::counter;
  if ((kind->text == "counter") == is_counter) return;
  map.error(kind->place, bad_profile,
            std::string(model::signal(*signal).name) + " is a " + (is_counter ? "counter" : "gauge"),
            "delete the line");
}

void read_register_item(MapReader& item, WordType usual, DeviceProfile& out) {
  modbus::Register reg;
  const auto at = read_register(item, "at");
  const auto name = item.text("signal", Need::required);
  const auto signal = name ? known_signal(item, *name) : std::nullopt;
  reg.unit = read_unit(item, signal);
  check_kind(item, signal);
  reg.type = read_enum<WordType>(item, "type", Need::optional, types).value_or(usual);
  reg.scale = read_scale(item);
  item.finish();
  if (!at || !signal || reg.unit == nullptr) return;
  reg.at = *at;
  reg.signal = *signal;
  const auto same = [&](const modbus::Register& other) { return other.signal == reg.signal; };
  if (std::ranges::any_of(out.registers, same)) {
    item.error(name->place, bad_profile, in_quotes(name->text) + " is given twice", "one register for each signal");
  } else if (!fits_a_request(out, reg)) {
    item.error(item.place(), bad_profile, "no request can hold this register", "see max_registers and only_even");
  } else {
    out.registers.push_back(reg);
  }
}

void read_identify(MapReader map, DeviceProfile& out) {
  modbus::Identify identify;
  if (const auto function = map.integer("function", Need::required, {3, 4})) {
    identify.function = static_cast<std::uint8_t>(*function);
  }
  if (const auto at = read_register(map, "register")) identify.at = *at;
  const auto type = read_enum<WordType>(map, "type", Need::required, types);
  identify.type = type.value_or(identify.type);
  (void)map.one_of("as", Need::required, identities);
  const bool is_unsigned =
      identify.type == WordType::uint16 || identify.type == WordType::uint32 || identify.type == WordType::uint64;
  if (!is_unsigned) map.error(map.place(), bad_profile, "a serial number has no sign", "type: uint32");
  map.finish();
  out.identify = identify;
}

/// The text cut at its blanks.
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

/// "180 V" in the base unit of the signal, reported at `place` if it is none.
std::optional<double> quantity_of(MapReader& map, const Place& place, model::SignalId signal, std::string_view number,
                                  std::string_view unit) {
  const model::Quantity wanted = model::signal(signal).quantity;
  Read<double> read = read_quantity(std::string(number) + ' ' + std::string(unit), wanted, "230.2 V");
  if (auto* refusal = std::get_if<Refusal>(&read)) {
    map.error(place, refusal->code, std::move(refusal->message), std::move(refusal->help));
    return std::nullopt;
  }
  return std::get<double>(read);
}

void read_range(MapReader& top, const Text& line, DeviceProfile& out) {
  const auto parts = parts_of(line.text);
  if (parts.size() != 7 || parts[1] != "between" || parts[4] != "and") {
    top.error(line.place, bad_profile, in_quotes(line.text) + " is not a range",
              "write: meter.voltage_l1 between 180 V and 280 V");
    return;
  }
  const auto signal = known_signal(top, {std::string(parts[0]), line.place});
  if (!signal) return;
  const auto min = quantity_of(top, line.place, *signal, parts[2], parts[3]);
  const auto max = quantity_of(top, line.place, *signal, parts[5], parts[6]);
  if (!min || !max) return;
  if (*min >= *max) {
    top.error(line.place, bad_profile, "the range ends before it begins", "the smaller one first");
    return;
  }
  out.plausible.push_back({*signal, *min, *max});
}

/// Words in hexadecimal: "4366 3333".
std::optional<std::vector<std::uint16_t>> read_hex_words(MapReader& map, std::string_view key) {
  const auto written = map.text(key, Need::required);
  if (!written) return std::nullopt;
  std::vector<std::uint16_t> words;
  for (const std::string_view part : parts_of(written->text)) {
    const auto word = part.size() == 4 ? number_16(part, 16) : std::nullopt;
    if (!word) {
      map.error(written->place, bad_profile, in_quotes(part) + " is not a word",
                "four hexadecimal digits each: 4366 3333");
      return std::nullopt;
    }
    words.push_back(*word);
  }
  return words;
}

void read_golden(MapReader& item, DeviceProfile& out) {
  const auto request = read_hex_words(item, "request");
  const auto reply = read_hex_words(item, "reply");
  const auto reads = item.text("reads", Need::required);
  item.finish();
  if (!request || !reply || !reads) return;
  const auto parts = parts_of(reads->text);
  if (request->size() != 2 || (*request)[1] != reply->size() || parts.size() != 3) {
    item.error(item.place(), bad_profile, "the sample is not one of request, reply and reading",
               "request: first register and count; reply: as many words; reads: meter.voltage_l1 230.2 V");
    return;
  }
  const auto signal = known_signal(item, {std::string(parts[0]), reads->place});
  if (!signal || !quantity_of(item, reads->place, *signal, parts[1], parts[2])) return;
  double number = 0;
  std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), number);
  const model::ReadingValue value = to_reading_value(model::signal(*signal), *model::find_unit(parts[2]), number);
  out.golden.push_back({(*request)[0], *reply, *signal, value});
  DeviceProfile alone = out;
  alone.golden = {out.golden.back()};
  if (const auto failure = failed_golden_sample(alone)) {
    item.error(reads->place, "E162", *failure, "check order, type, unit and scale of the register");
  }
}

DeviceProfile read_registers(MapReader& top, DeviceProfile out) {
  if (const auto function = top.integer("function", Need::required, {3, 4})) {
    out.function = static_cast<std::uint8_t>(*function);
  }
  const auto type = read_enum<WordType>(top, "type", Need::required, types).value_or(WordType::float32);
  out.order = read_enum<ByteOrder>(top, "order", Need::required, orders).value_or(ByteOrder::abcd);
  const auto most = top.integer("max_registers", Need::optional, {1, modbus::registers_max});
  out.max_registers = static_cast<int>(most.value_or(modbus::registers_max));
  out.only_even = top.boolean("only_even", Need::optional).value_or(false);
  for (MapReader& item : top.maps("registers", Need::required)) read_register_item(item, type, out);
  std::ranges::sort(out.registers, {}, &modbus::Register::at);
  return out;
}

/// Keys for people who look a meter up.
void read_notes(MapReader& top) {
  (void)top.words("models", Need::optional);
  (void)top.free_text("source", Need::optional);
  if (const auto serial = top.text("serial", Need::optional)) (void)read_serial_settings(top, *serial);
}

void read_profile(MapReader& top, std::string_view kind, Draft& draft) {
  const std::size_t errors_before = top.report().errors();
  DeviceProfile out;
  const auto name = top.name("profile", Need::required);
  if (name && draft.names.claim(kind, *name, top.report())) out.name = name->text;
  if (auto maker = top.free_text("maker", Need::required)) out.maker = std::move(maker->text);
  read_notes(top);
  out = read_registers(top, std::move(out));
  if (auto identify = top.map("identify", Need::optional)) read_identify(*identify, out);
  if (const auto ranges = top.words("plausible", Need::optional)) {
    for (const Text& line : *ranges) read_range(top, line, out);
  }
  for (MapReader& item : top.maps("golden", Need::optional)) read_golden(item, out);
  top.finish(where_section_belongs);
  const bool is_sound = top.report().errors() == errors_before;
  if (is_sound && out.registers.empty()) {
    top.error(top.place(), bad_profile, "the profile has no registers", "list at least one");
  } else if (name) {  // also an unsound one: its users are not wrong
    if (!is_sound && out.registers.empty()) out.registers.push_back({0, {}, model::find_unit("W"), WordType::int16, 1});
    draft.profiles[name->text] = std::make_shared<const DeviceProfile>(std::move(out));
  }
}

}  // namespace

void read_shipped_profile(MapReader& top, Draft& draft) { read_profile(top, "shipped profile", draft); }

void read_own_profile(MapReader& top, Draft& draft) { read_profile(top, "profile", draft); }

}  // namespace chargehook::config
