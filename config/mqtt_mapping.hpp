/// Reads how the texts of a topic's mapping are written: pointers with units, conditions, members. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/quantity.hpp"
#include "mqtt/mqtt_config.hpp"

namespace chargehook::config {

/// "/temp degC" for a signal, "/state" for a status. Refuses E166, E135, E136.
[[nodiscard]] Read<mqtt::ReadingMapping> read_reading_mapping(model::SignalId signal, std::string_view text);

/// `/state == "captured" and /test != true`. Refuses E166.
[[nodiscard]] Read<std::vector<mqtt::Condition>> read_conditions(std::string_view text);

/// "/ts", "/ts s", "/ts ms". Refuses E166.
[[nodiscard]] Read<mqtt::TimeMapping> read_time_mapping(std::string_view text);

/// "amount" and "/amount cent" → amount_minor; "terminal" and "<terminal>" → a text. What is pointed at with a unit
/// gets the member name of that unit (docs/events). Refuses E166, E136.
[[nodiscard]] Read<mqtt::DataMapping> read_data_mapping(std::string_view member, std::string_view text,
                                                        const std::vector<std::string>& captures);

/// The currency a member is sent in, if its unit names one: "/amount EUR" → EUR; else empty.
[[nodiscard]] std::string_view currency_of(std::string_view text);

}  // namespace chargehook::config
