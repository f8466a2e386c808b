/// The messages of OCPP 1.6 that events are derived from, read leniently: numbers may be texts and the reverse, unknown
/// words are kept, texts are cut at 255 bytes. Any bytes are safe to hand in; any thread. Source: OCPP 1.6 edition 2
/// §6.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/clock.hpp"

namespace chargehook::ocpp::v16 {

struct BootRequest {
  std::string vendor;
  std::string model;
  std::string serial;  ///< of the charge point, else of the charge box
  std::string firmware;
};

struct BootAnswer {
  std::string status;  ///< Accepted, Pending, Rejected
  std::optional<std::int64_t> interval_s;
};

struct StartRequest {
  std::int64_t connector = 0;
  std::string id_tag;
  std::optional<std::int64_t> meter_start_wh;
  std::string timestamp;
  std::optional<std::int64_t> reservation;
};

struct StartAnswer {
  std::optional<std::int64_t> transaction;  ///< any number: 0 and negative ones are seen
  std::string status;                       ///< of idTagInfo, empty if absent
  std::string parent_id_tag;
};

struct SignedValue {
  std::string context;
  std::string value;  ///< whole, never cut
};

struct StopRequest {
  std::optional<std::int64_t> transaction;
  std::string id_tag;
  std::optional<std::int64_t> meter_stop_wh;
  std::string timestamp;
  std::string reason;  ///< empty if absent, which means Local
  std::vector<SignedValue> signed_values;
  bool signed_values_cut = false;  ///< there were more than 32 KiB of them
};

struct StatusRequest {
  std::int64_t connector = 0;
  std::string status;
  std::string error_code;
  std::string info;
  std::string vendor_error;
  std::string timestamp;
};

/// @param message the whole message
/// @return nothing if the payload is no object, or lacks what the message is about (the connector, the status)
[[nodiscard]] std::optional<BootRequest> read_boot_request(std::string_view message);
[[nodiscard]] std::optional<BootAnswer> read_boot_answer(std::string_view message);
/// `currentTime` of a BootNotification's or Heartbeat's answer.
[[nodiscard]] std::optional<model::WallTime> read_current_time(std::string_view message);
[[nodiscard]] std::optional<StartRequest> read_start_request(std::string_view message);
[[nodiscard]] std::optional<StartAnswer> read_start_answer(std::string_view message);
[[nodiscard]] std::optional<StopRequest> read_stop_request(std::string_view message);
[[nodiscard]] std::optional<StatusRequest> read_status_request(std::string_view message);

}  // namespace chargehook::ocpp::v16
