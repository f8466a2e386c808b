/// A delivery as its receiver reads it: the attributes of the CloudEvent, and the text of its data. Knows nothing of
/// the gateway but docs/events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chargehook::simulation {

struct WireEvent {
  std::string id;
  std::string type;
  std::string subject;
  std::string partition_key;
  std::string event_class;
  std::string stream;
  std::string hash;
  std::string previous_hash;
  std::string time;
  std::string recorded_time;
  std::string time_quality;
  std::string revises;  ///< id, or empty
  std::uint64_t sequence = 0;
  std::uint64_t n = 0;
  std::string data;  ///< as it stands in the body
};

/// @return nothing if it is not one JSON object with all of these attributes
[[nodiscard]] std::optional<WireEvent> read_wire_event(std::string_view body);

/// The text behind `"name":"` in an object of data, empty if there is none. Without unescaping.
[[nodiscard]] std::string text_member(std::string_view data, std::string_view name);

/// What a source or charger would call this event: its reference, or "session.ended/charger/CP-1/17" with the
/// transaction's number. Empty if it has neither.
[[nodiscard]] std::string reference_of(const WireEvent& event);

}  // namespace chargehook::simulation
