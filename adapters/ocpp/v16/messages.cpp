#include "ocpp/v16/messages.hpp"

#include <simdjson.h>

#include <charconv>
#include <cmath>

namespace chargehook::ocpp::v16 {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t text_bytes_max = 255;
constexpr std::size_t signed_bytes_max = 32 * 1024;
constexpr std::size_t call_payload = 3;
constexpr std::size_t result_payload = 2;

/// The payload lives until the next message is read on this thread.
std::optional<object> payload_of(std::string_view message, std::size_t position) {
  static thread_local simdjson::dom::parser parser;
  object payload;
  if (parser.parse(message.data(), message.size()).at(position).get_object().get(payload) != SUCCESS) {
    return std::nullopt;
  }
  return payload;
}

std::optional<std::int64_t> integer_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> integer(const object& from, std::string_view name) {
  element value;
  if (from.at_key(name).get(value) != SUCCESS) return std::nullopt;
  std::int64_t number = 0;
  if (value.get_int64().get(number) == SUCCESS) return number;
  double real = 0;
  if (value.is_double() && value.get_double().get(real) == SUCCESS && std::abs(real) < 9e15) return std::llround(real);
  std::string_view text;
  if (value.get_string().get(text) == SUCCESS) return integer_of(text);
  return std::nullopt;
}

std::string text(const object& from, std::string_view name) {
  element value;
  if (from.at_key(name).get(value) != SUCCESS) return {};
  std::string_view found;
  if (value.get_string().get(found) == SUCCESS) return std::string{found.substr(0, text_bytes_max)};
  std::int64_t number = 0;
  return value.get_int64().get(number) == SUCCESS ? std::to_string(number) : std::string{};
}

std::string first_text(const object& from, std::string_view name, std::string_view other_name) {
  std::string found = text(from, name);
  return found.empty() ? text(from, other_name) : found;
}

void take_signed_value(const object& sampled, StopRequest& out, std::size_t& room) {
  if (text(sampled, "format") != "SignedData") return;
  std::string_view value;
  if (sampled.at_key("value").get_string().get(value) != SUCCESS) return;
  if (value.size() > room) {
    out.signed_values_cut = true;
    return;
  }
  room -= value.size();
  out.signed_values.push_back({text(sampled, "context"), std::string{value}});
}

void take_signed_values(const object& payload, StopRequest& out) {
  std::size_t room = signed_bytes_max;
  array meter_values;
  if (payload.at_key("transactionData").get_array().get(meter_values) != SUCCESS) return;
  for (const element meter_value : meter_values) {
    array sampled_values;
    if (meter_value.at_key("sampledValue").get_array().get(sampled_values) != SUCCESS) continue;
    for (const element sampled : sampled_values) {
      object fields;
      if (sampled.get_object().get(fields) == SUCCESS) take_signed_value(fields, out, room);
    }
  }
}

}  // namespace

std::optional<BootRequest> read_boot_request(std::string_view message) {
  const auto payload = payload_of(message, call_payload);
  if (!payload) return std::nullopt;
  return BootRequest{text(*payload, "chargePointVendor"), text(*payload, "chargePointModel"),
                     first_text(*payload, "chargePointSerialNumber", "chargeBoxSerialNumber"),
                     text(*payload, "firmwareVersion")};
}

std::optional<BootAnswer> read_boot_answer(std::string_view message) {
  const auto payload = payload_of(message, result_payload);
  if (!payload) return std::nullopt;
  BootAnswer answer{text(*payload, "status"), integer(*payload, "interval")};
  if (answer.status.empty()) return std::nullopt;
  return answer;
}

std::optional<model::WallTime> read_current_time(std::string_view message) {
  const auto payload = payload_of(message, result_payload);
  if (!payload) return std::nullopt;
  return model::parse_rfc3339(text(*payload, "currentTime"));
}

std::optional<StartRequest> read_start_request(std::string_view message) {
  const auto payload = payload_of(message, call_payload);
  if (!payload) return std::nullopt;
  const auto connector = integer(*payload, "connectorId");
  if (!connector) return std::nullopt;
  return StartRequest{*connector, text(*payload, "idTag"), integer(*payload, "meterStart"), text(*payload, "timestamp"),
                      integer(*payload, "reservationId")};
}

std::optional<StartAnswer> read_start_answer(std::string_view message) {
  const auto payload = payload_of(message, result_payload);
  if (!payload) return std::nullopt;
  StartAnswer answer;
  answer.transaction = integer(*payload, "transactionId");
  object info;
  if (payload->at_key("idTagInfo").get_object().get(info) == SUCCESS) {
    answer.status = text(info, "status");
    answer.parent_id_tag = text(info, "parentIdTag");
  }
  return answer;
}

std::optional<StopRequest> read_stop_request(std::string_view message) {
  const auto payload = payload_of(message, call_payload);
  if (!payload) return std::nullopt;
  StopRequest out;
  out.transaction = integer(*payload, "transactionId");
  out.id_tag = text(*payload, "idTag");
  out.meter_stop_wh = integer(*payload, "meterStop");
  out.timestamp = text(*payload, "timestamp");
  out.reason = text(*payload, "reason");
  take_signed_values(*payload, out);
  return out;
}

std::optional<StatusRequest> read_status_request(std::string_view message) {
  const auto payload = payload_of(message, call_payload);
  if (!payload) return std::nullopt;
  const auto connector = integer(*payload, "connectorId");
  StatusRequest out{connector.value_or(0),  text(*payload, "status"),          text(*payload, "errorCode"),
                    text(*payload, "info"), text(*payload, "vendorErrorCode"), text(*payload, "timestamp")};
  if (!connector || out.status.empty()) return std::nullopt;
  return out;
}

}  // namespace chargehook::ocpp::v16
