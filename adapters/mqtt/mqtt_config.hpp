/// Brokers, topics and what their payloads mean, as configured: plain values, checked by config/.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/event_type.hpp"
#include "model/signal.hpp"
#include "model/unit.hpp"
#include "mqtt/json_path.hpp"
#include "mqtt/text_template.hpp"
#include "mqtt/topic_pattern.hpp"

namespace chargehook::mqtt {

/// One signal of a device.
struct ReadingMapping {
  model::SignalId signal{};
  TextTemplate device;  ///< "charger/<charger>"
  JsonPath path;
  const model::Unit* unit = nullptr;  ///< of the number in the payload; nullptr: a status word

  bool operator==(const ReadingMapping&) const = default;
};

/// When the payload says that it happened.
struct TimeMapping {
  enum class Form : std::uint8_t { rfc3339, unix_seconds, unix_milliseconds };
  JsonPath path;
  Form form = Form::rfc3339;

  bool operator==(const TimeMapping&) const = default;
};

/// `/state == "captured"`.
struct Condition {
  JsonPath path;
  bool is_equal = true;                                             ///< false: !=
  std::variant<std::nullptr_t, bool, double, std::string> literal;  ///< what to compare with

  bool operator==(const Condition&) const = default;
};

enum class Decimals : std::uint8_t { refused, rounded };

/// One member of an event's `data`.
struct DataMapping {
  struct Constant {
    TextTemplate text;
    bool operator==(const Constant&) const = default;
  };
  /// Any value, as it is; null if it is absent.
  struct Plain {
    JsonPath path;
    bool operator==(const Plain&) const = default;
  };
  /// A number that must be there, kept as a whole number of the member's unit: cents, Wh.
  struct Whole {
    JsonPath path;
    double factor = 1;                      ///< from the unit sent to the member's
    Decimals decimals = Decimals::refused;  ///< what is measured may be rounded, money may not
    bool operator==(const Whole&) const = default;
  };

  std::string member;  ///< as sent: "amount_minor"
  std::variant<Constant, Plain, Whole> from;

  bool operator==(const DataMapping&) const = default;
};

struct EventMapping {
  const model::EventType* type = nullptr;
  std::vector<Condition> only_if;  ///< all of them
  TextTemplate subject;
  JsonPath id;  ///< natural key: the same again is the same event
  std::vector<DataMapping> data;

  bool operator==(const EventMapping&) const = default;
};

/// `queued`: taken at once, the oldest dropped when there are too many. `durable`: acknowledged to the broker when the
/// event is stored; a waiting message holds up all brokers, so this is for few and precious ones.
enum class Acknowledge : std::uint8_t { queued, durable };

struct TopicConfig {
  TopicPattern topic;
  Acknowledge acknowledge = Acknowledge::queued;
  std::optional<std::chrono::milliseconds> expect_every;  ///< older readings are stale
  std::optional<TimeMapping> time;                        ///< else the time of arrival
  std::vector<ReadingMapping> readings;
  std::optional<EventMapping> event;

  bool operator==(const TopicConfig&) const = default;
};

struct BrokerConfig {
  std::string name;  ///< [a-z0-9-], unique
  std::string host;  ///< IPv6 without brackets
  std::uint16_t port = 1883;
  bool tls = false;
  std::string client_id;            ///< stable: the broker keeps what waits for it under this name
  std::string user;                 ///< empty: none
  std::string password;             ///< never logged
  std::string password_name;        ///< file in secrets/
  std::vector<TopicConfig> topics;  ///< none overlaps another

  [[nodiscard]] bool has_durable_topics() const;
  bool operator==(const BrokerConfig&) const = default;
};

}  // namespace chargehook::mqtt
