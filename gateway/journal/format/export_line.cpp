#include "journal/format/export_line.hpp"

#include <simdjson.h>

#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "journal/format/sealed_value.hpp"
#include "model/event_id.hpp"
#include "model/json_scan.hpp"
#include "model/json_text.hpp"

namespace chargehook::journal {
namespace {

namespace dom = simdjson::dom;
using model::Error;
using model::Result;

constexpr std::string_view check_lead = R"(,"check":")";
constexpr std::size_t hex_digits = 16;
constexpr std::size_t tail_bytes = check_lead.size() + hex_digits + 2;  // and the quote and the brace behind it
constexpr std::size_t text_bytes_max = 256;
constexpr std::size_t depth_max = 80;  ///< of data and what it lies in; sources may hand in 64 levels
constexpr std::array device_names{"gateway", "device"};

std::string check_of(std::string_view text) { return model::hex(XXH3_64bits(text.data(), text.size())); }

/// As elsewhere, with all nine decimals.
std::string exact_time(model::WallTime time) {
  std::string out = model::to_rfc3339(time);
  const auto below_ms = time - std::chrono::floor<std::chrono::milliseconds>(time);
  std::string digits = std::to_string(below_ms.count());
  digits.insert(0, 6 - digits.size(), '0');
  out.insert(out.size() - 1, digits);
  return out;
}

std::string on_one_line(std::string_view json) {
  std::string out{json};
  std::ranges::replace_if(
      out, [](char byte) { return byte == '\n' || byte == '\r'; }, ' ');
  return out;
}

}  // namespace

std::string to_text(const ExportLine& line) {
  const model::Event& event = line.event;
  std::string out;
  out.reserve(512 + event.data.size());
  model::JsonObject object{out};
  object.add("store", model::hex(line.store_id)).add("sequence", line.sequence).add("previous", line.previous);
  if (line.origin) {
    std::string origin;
    model::JsonObject{origin}
        .add("store", model::hex(line.origin->store_id))
        .add("sequence", line.origin->sequence)
        .end();
    object.add_json("origin", origin);
  }
  if (line.carried_out) object.add("carriedout", true);
  object.add("class", to_string(event.event_class)).add("type", event.type).add("id", event.id);
  object.add("subject", event.subject).add("partitionkey", event.partition_key);
  object.add("severity", to_string(event.severity)).add("basis", to_string(event.basis));
  object.add("time", exact_time(event.time)).add("timequality", to_string(event.time_quality));
  object.add("timeof", device_names[event.time_of == model::TimeOf::device ? 1 : 0]);
  object.add("recordedtime", exact_time(line.recorded)).add("recordedquality", to_string(line.recorded_quality));
  object.add_json("data", on_one_line(event.data));
  const std::string check = check_of(out);
  object.add("check", check);
  object.end();
  return out;
}

std::optional<std::uint64_t> parse_store_id(std::string_view text) {
  std::uint64_t id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id, 16);
  const bool is_whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  if (!is_whole || model::hex(id) != text) return std::nullopt;
  return id;
}

namespace {

/// The text before the check, if the check is its own.
Result<std::string_view> checked(std::string_view text) {
  if (text.size() > export_line_bytes_max) return Error{"size", "it is longer than any event"};
  if (text.size() <= tail_bytes || !text.ends_with("\"}")) return Error{"check", "it does not end with its check"};
  const std::string_view body = text.substr(0, text.size() - tail_bytes);
  const std::string_view tail = text.substr(body.size());
  if (!tail.starts_with(check_lead)) return Error{"check", "it does not end with its check"};
  if (tail.substr(check_lead.size(), hex_digits) != check_of(body)) {
    return Error{"check", "it is not as it was written: its check does not agree"};
  }
  return body;
}

/// One per thread, with its memory kept.
dom::parser& parser() {
  thread_local dom::parser instance = [] {
    dom::parser made;
    CHARGEHOOK_ASSERT(made.allocate(export_line_bytes_max, depth_max) == simdjson::SUCCESS);
    return made;
  }();
  return instance;
}

Error wrong(std::string_view name) {
  return {"member", "the member " + std::string{name} + " is not what it should be"};
}

template <class Enum>
std::optional<Enum> named(std::string_view text, int count) {
  for (int number = 0; number < count; ++number) {
    if (to_string(static_cast<Enum>(number)) == text) return static_cast<Enum>(number);
  }
  return std::nullopt;
}

/// Subjects, keys and ids: ASCII without blanks.
bool is_plain(std::string_view text) {
  const bool has_length = !text.empty() && text.size() <= text_bytes_max;
  return has_length && std::ranges::all_of(text, [](char byte) { return byte > ' ' && byte < '\x7f'; });
}

bool is_type(std::string_view text) {
  return is_plain(text) && std::ranges::all_of(text, [](char byte) {
           return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '.' || byte == '_';
         });
}

std::string_view text_of(dom::element value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

bool read_id(std::uint64_t& out, dom::element value) {
  const auto id = parse_store_id(text_of(value));
  if (id) out = *id;
  return id.has_value();
}

bool read_sequence(model::Sequence& out, dom::element value) { return value.get(out) == simdjson::SUCCESS; }

bool read_plain(std::string& out, dom::element value) {
  out = text_of(value);
  return is_plain(out);
}

bool read_time(model::WallTime& out, dom::element value) {
  const auto text = text_of(value);
  const auto time = text.ends_with('Z') ? model::parse_rfc3339(text) : std::nullopt;
  if (time) out = *time;
  return time.has_value();
}

template <class Enum>
bool read_name(Enum& out, dom::element value, Enum last) {
  const auto found = named<Enum>(text_of(value), static_cast<int>(last) + 1);
  if (found) out = *found;
  return found.has_value();
}

bool read_time_of(model::TimeOf& out, dom::element value) {
  const auto found = std::ranges::find(device_names, text_of(value));
  if (found != device_names.end()) out = static_cast<model::TimeOf>(found - device_names.begin());
  return found != device_names.end();
}

bool read_origin(ExportLine& line, dom::element value) {
  dom::object object;
  if (value.get(object) != simdjson::SUCCESS || object.size() != 2) return false;
  dom::element store;
  dom::element sequence;
  if (object.at_key("store").get(store) != simdjson::SUCCESS) return false;
  if (object.at_key("sequence").get(sequence) != simdjson::SUCCESS) return false;
  line.origin.emplace();
  return read_id(line.origin->store_id, store) && read_sequence(line.origin->sequence, sequence) &&
         line.origin->sequence > 0;
}

/// Said, or left out.
bool read_carried_out(bool& out, dom::element value) { return value.get(out) == simdjson::SUCCESS && out; }

bool read_type(std::string& out, dom::element value) {
  out = text_of(value);
  return is_type(out);
}

/// As it stands there: a reader of numbers would write 1.10 as 1.1.
bool read_data(std::string& out, std::string_view raw) {
  out = raw;
  return raw.starts_with('{');
}

struct MemberReader {
  std::string_view name;
  bool (*read)(ExportLine& line, dom::element value, std::string_view raw);
};

constexpr std::array<std::string_view, 2> optional_members{"origin", "carriedout"};

using Value = dom::element;
using Raw = std::string_view;
constexpr std::array<MemberReader, 18> member_readers{{
    {"store", [](ExportLine& line, Value value, Raw) { return read_id(line.store_id, value); }},
    {"sequence", [](ExportLine& line, Value value, Raw) { return read_sequence(line.sequence, value); }},
    {"previous", [](ExportLine& line, Value value, Raw) { return read_sequence(line.previous, value); }},
    {optional_members[0], [](ExportLine& line, Value value, Raw) { return read_origin(line, value); }},
    {optional_members[1], [](ExportLine& line, Value value, Raw) { return read_carried_out(line.carried_out, value); }},
    {"class", [](ExportLine& line, Value value,
                 Raw) { return read_name(line.event.event_class, value, model::EventClass::telemetry); }},
    {"type", [](ExportLine& line, Value value, Raw) { return read_type(line.event.type, value); }},
    {"id", [](ExportLine& line, Value value, Raw) { return read_plain(line.event.id, value); }},
    {"subject", [](ExportLine& line, Value value, Raw) { return read_plain(line.event.subject, value); }},
    {"partitionkey", [](ExportLine& line, Value value, Raw) { return read_plain(line.event.partition_key, value); }},
    {"severity", [](ExportLine& line, Value value,
                    Raw) { return read_name(line.event.severity, value, model::Severity::critical); }},
    {"basis",
     [](ExportLine& line, Value value, Raw) { return read_name(line.event.basis, value, model::Basis::inferred); }},
    {"time", [](ExportLine& line, Value value, Raw) { return read_time(line.event.time, value); }},
    {"timequality", [](ExportLine& line, Value value,
                       Raw) { return read_name(line.event.time_quality, value, model::TimeQuality::synced); }},
    {"timeof", [](ExportLine& line, Value value, Raw) { return read_time_of(line.event.time_of, value); }},
    {"recordedtime", [](ExportLine& line, Value value, Raw) { return read_time(line.recorded, value); }},
    {"recordedquality", [](ExportLine& line, Value value,
                           Raw) { return read_name(line.recorded_quality, value, model::TimeQuality::synced); }},
    {"data", [](ExportLine& line, Value, Raw raw) { return read_data(line.event.data, raw); }},
}};

/// Takes the members one by one, whatever their order.
class LineReading {
 public:
  /// @param raw the value as it stands in the line
  Result<void> take(std::string_view name, dom::element value, std::string_view raw) {
    const auto member = std::ranges::find(member_readers, name, &MemberReader::name);
    if (member == member_readers.end()) {
      return Error{"member", "the member " + printable_key(name.substr(0, 40)) + " is not known to this version"};
    }
    bool& is_seen = seen_[static_cast<std::size_t>(member - member_readers.begin())];
    if (std::exchange(is_seen, true)) return Error{"member", "the member " + std::string{name} + " is there twice"};
    if (member->read(line_, value, raw)) return model::success();
    return wrong(name);
  }

  Result<ExportLine> end() {
    for (std::size_t i = 0; i < member_readers.size(); ++i) {
      const auto name = member_readers[i].name;
      const bool may_miss = std::ranges::find(optional_members, name) != optional_members.end();
      if (!seen_[i] && !may_miss) return Error{"member", "it has no member " + std::string{name}};
    }
    if (line_.previous >= line_.sequence) return wrong("previous");
    if (!fits_record(line_.event)) return Error{"size", "the event is larger than 63 KiB"};
    return std::move(line_);
  }

 private:
  ExportLine line_;
  std::array<bool, member_readers.size()> seen_{};
};

}  // namespace

Result<ExportLine> read_export_line(std::string_view text) {
  BOOST_OUTCOME_TRY(auto body, checked(text));
  const std::string whole = std::string{body} + '}';
  dom::object object;
  const auto members = model::scan_object(whole);
  if (parser().parse(whole).get(object) != simdjson::SUCCESS || !members) {
    return Error{"json", "it is not one JSON object"};
  }
  LineReading reading;
  auto member = members->begin();
  for (const auto field : object) {
    if (member == members->end()) return Error{"json", "it is not one JSON object"};
    BOOST_OUTCOME_TRY(reading.take(field.key, field.value, member->value));
    ++member;
  }
  return reading.end();
}

}  // namespace chargehook::journal
