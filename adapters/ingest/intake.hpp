/// Reads what a local system (payment terminal, car park, user management) hands in: one CloudEvent, structured mode.
/// Pure; any thread.
#pragma once

#include <string_view>

#include "model/clock.hpp"
#include "model/event.hpp"
#include "model/result.hpp"
#include "model/site.hpp"

namespace chargehook::ingest {

/// The largest request body that is read.
inline constexpr std::size_t body_bytes_max = 60 * 1024;

/// @param content_type as sent; must be application/cloudevents+json, parameters are ignored
/// @param body         any bytes
/// @param now          stands in for `time` when that is absent or not plausible (before 2024, or more than 25 h ahead
/// of
///                     a clock that was ever set). The quality of a sender's own time is unknown
/// @return the event with an id made of site id, source, id of the sender and type, so that a repeated request gives
///         the same id. Errors: "content_type", "json" (not one JSON object, a key twice, deeper than 64),
///         "cloudevent" (a required attribute is missing or wrong), "type" (unknown, or not one that may be handed in),
///         "subject" (longer than 256 bytes, not printable ASCII, or blank), "size"
/// Source: CloudEvents 1.0.2 §3, JSON event format §3.
[[nodiscard]] model::Result<model::Event> read_cloud_event(const model::Site& site, std::string_view content_type,
                                                           std::string_view body, const model::Now& now);

}  // namespace chargehook::ingest
