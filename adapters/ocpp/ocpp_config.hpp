/// The OCPP proxy as configured: plain values, checked by config/ (references resolve, names and ids are unique).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chargehook::ocpp {

/// OCPP security profile of a listener: 0 (none) or 1 (basic: user name is the charger's identity; the CSMS judges the
/// password, the gateway hands it on unread).
enum class Security : std::uint8_t { none, basic };

struct ListenerConfig {
  std::string name;
  std::string address;     ///< IPv4 or IPv6 literal
  std::uint16_t port = 0;  ///< 0: any free one
  Security security = Security::none;
};

struct UpstreamConfig {
  std::string name;  ///< `transaction.csms` of session events
  std::string url;   ///< ws:// or wss://, path and query allowed; the charger's own path is appended to the path
};

enum class UnknownChargers : std::uint8_t { refuse, relay };

struct EvseConfig {
  int evse = 1;         ///< OCPP 1.6 connectorId
  std::string evse_id;  ///< eMI3, empty if not given; so are the next
  std::string plug;
  std::optional<std::int64_t> max_power_w;
  std::string circuit;
};

struct ChargerConfig {
  std::string id;
  std::string name;
  std::vector<std::string> aliases;  ///< other identities it may connect with
  std::string upstream;              ///< name; empty: the first
  std::vector<EvseConfig> evses;
};

struct OcppConfig {
  std::vector<ListenerConfig> listeners;
  std::vector<UpstreamConfig> upstreams;  ///< at least one if there is a listener
  UnknownChargers unknown_chargers = UnknownChargers::refuse;
  std::vector<ChargerConfig> chargers;
  std::string persons_key;  ///< secret bytes of the HMAC that makes pseudonyms of card numbers, at least 16
  std::size_t message_bytes_max = 256 * 1024;
  std::size_t chargers_max = 1000;               ///< connections and remembered chargers
  std::chrono::seconds dial_timeout{10};         ///< until the CSMS has answered the handshake
  std::chrono::milliseconds hold_longest{2000};  ///< how long an answer waits for its event to be durable
  std::chrono::seconds start_answer_wait{60};    ///< then an unanswered StartTransaction is told without its number
};

}  // namespace chargehook::ocpp
