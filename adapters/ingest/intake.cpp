#include "ingest/intake.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "ingest/json_members.hpp"
#include "model/event_id.hpp"
#include "model/event_type.hpp"

namespace chargehook::ingest {
namespace {

using model::Error;
using model::Result;

constexpr std::size_t subject_bytes_max = 256;

/// What a sender wrote, made safe to be repeated in a message.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, 64)) out += c >= 0x20 && c < 0x7F && c != '"' ? c : '?';
  return out + (text.size() > 64 ? "…\"" : "\"");
}

std::string to_lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// "Application/JSON; charset=utf-8" → "application/json"
std::string media_type(std::string_view value) {
  value = value.substr(0, value.find(';'));
  const auto first = value.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return to_lower(value.substr(first, value.find_last_not_of(" \t") - first + 1));
}

/// One to 256 visible ASCII characters.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= subject_bytes_max &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

/// The attributes of one event, by name.
class Attributes {
 public:
  explicit Attributes(std::vector<Member> members) : members_{std::move(members)} {}

  [[nodiscard]] const Member* find(std::string_view name) const {
    const auto found = std::ranges::find(members_, name, &Member::name);
    return found == members_.end() ? nullptr : &*found;
  }

  /// A string that must be there and not be empty. Error "cloudevent".
  [[nodiscard]] Result<std::string> required(std::string_view name) const {
    const auto* member = find(name);
    if (!member) return Error{"cloudevent", "the attribute " + std::string{name} + " is missing"};
    if (member->kind != MemberKind::text || member->value.empty()) {
      return Error{"cloudevent", "the attribute " + std::string{name} + " must be a string that is not empty"};
    }
    return member->value;
  }

 private:
  std::vector<Member> members_;
};

Result<void> check_envelope(const Attributes& attributes) {
  BOOST_OUTCOME_TRY(const auto version, attributes.required("specversion"));
  if (version != "1.0") return Error{"cloudevent", "specversion must be \"1.0\", not " + in_quotes(version)};
  if (attributes.find("data_base64")) {
    return Error{"cloudevent", "data_base64 is not taken, put a JSON object in data"};
  }
  if (!attributes.find("datacontenttype")) return model::success();
  BOOST_OUTCOME_TRY(const auto content_type, attributes.required("datacontenttype"));
  const auto media = media_type(content_type);
  if (media == "application/json" || media.ends_with("+json")) return model::success();
  return Error{"cloudevent", "datacontenttype must be application/json, not " + in_quotes(content_type)};
}

Result<const model::EventType*> read_type(const Attributes& attributes) {
  BOOST_OUTCOME_TRY(const auto sent, attributes.required("type"));
  std::string_view name = sent;
  if (name.starts_with(model::type_prefix)) name.remove_prefix(model::type_prefix.size());
  const auto* type = model::find_event_type(name);
  if (!type) return Error{"type", "the type " + in_quotes(sent) + " is not one of the event types in docs/events"};
  if (!type->from_ingest) {
    return Error{"type", "the type " + in_quotes(sent) + " is made by the gateway and cannot be handed in"};
  }
  return type;
}

Result<std::string> read_subject(const Attributes& attributes) {
  const auto* member = attributes.find("subject");
  if (!member) return Error{"cloudevent", "the attribute subject is missing"};
  if (member->kind != MemberKind::text) return Error{"cloudevent", "the attribute subject must be a string"};
  if (is_name(member->value)) return member->value;
  return Error{"subject",
               "the subject must be 1 to 256 printable ASCII characters without blanks, like charger/CP-07/evse/1"};
}

Result<std::string> read_partition_key(const Attributes& attributes, std::string_view subject) {
  const auto* member = attributes.find("partitionkey");
  if (!member) return std::string{model::device_of(subject)};
  if (member->kind == MemberKind::text && is_name(member->value)) return member->value;
  return Error{"cloudevent",
               "partitionkey must be 1 to 256 printable ASCII characters without blanks, like charger/CP-07"};
}

/// Not an error when it is a word we do not know: how bad something is must not decide whether it arrives.
model::Severity read_severity(const Attributes& attributes) {
  const auto* member = attributes.find("severity");
  if (!member || member->kind != MemberKind::text) return model::Severity::info;
  return model::parse_severity(member->value).value_or(model::Severity::info);
}

struct EventTime {
  model::WallTime time;
  model::TimeQuality quality;
  model::TimeOf of;
};

Result<EventTime> read_time(const Attributes& attributes, const model::Now& now) {
  const EventTime ours{now.wall, now.quality, model::TimeOf::gateway};
  if (!attributes.find("time")) return ours;
  BOOST_OUTCOME_TRY(const auto sent, attributes.required("time"));
  const auto time = model::parse_rfc3339(sent);
  if (!time) {
    return Error{"cloudevent", "time must be RFC 3339 like 2026-11-24T06:12:09Z, not " + in_quotes(sent)};
  }
  if (!model::is_plausible(*time, now)) return ours;
  return EventTime{*time, model::TimeQuality::unknown, model::TimeOf::device};  // how good its clock is nobody told
}

Result<std::string> read_data(const Attributes& attributes) {
  const auto* member = attributes.find("data");
  if (!member) return Error{"cloudevent", "the attribute data is missing"};
  if (member->kind != MemberKind::object) return Error{"cloudevent", "data must be a JSON object"};
  return member->value;
}

Result<model::Event> to_event(const model::Site& site, const Attributes& attributes, const model::Now& now) {
  BOOST_OUTCOME_TRY(check_envelope(attributes));
  BOOST_OUTCOME_TRY(const auto id, attributes.required("id"));
  BOOST_OUTCOME_TRY(const auto source, attributes.required("source"));
  BOOST_OUTCOME_TRY(const auto* type, read_type(attributes));
  model::Event event;
  BOOST_OUTCOME_TRY(event.subject, read_subject(attributes));
  BOOST_OUTCOME_TRY(event.partition_key, read_partition_key(attributes, event.subject));
  BOOST_OUTCOME_TRY(const auto when, read_time(attributes, now));
  BOOST_OUTCOME_TRY(event.data, read_data(attributes));
  event.id = model::make_id("evt_", {site.id, source, id, type->name});
  event.type = type->name;
  event.event_class = type->event_class;
  event.severity = read_severity(attributes);
  event.basis = model::Basis::confirmed;
  event.time = when.time;
  event.time_quality = when.quality;
  event.time_of = when.of;
  return event;
}

}  // namespace

Result<model::Event> read_cloud_event(const model::Site& site, std::string_view content_type, std::string_view body,
                                      const model::Now& now) {
  if (media_type(content_type) != "application/cloudevents+json") {
    return Error{"content_type",
                 "the content type must be application/cloudevents+json, not " + in_quotes(content_type)};
  }
  if (body.size() > body_bytes_max) {
    return Error{"size", "the body has " + std::to_string(body.size()) + " bytes, at most " +
                             std::to_string(body_bytes_max) + " are read"};
  }
  BOOST_OUTCOME_TRY(auto members, read_members(body));
  return to_event(site, Attributes{std::move(members)}, now);
}

}  // namespace chargehook::ingest
