#include <array>
#include <charconv>

#include "config/sections.hpp"
#include "ocpp/target.hpp"

namespace chargehook::config {
namespace {

constexpr std::array<std::string_view, 2> securities{"none", "basic"};
constexpr std::array<std::string_view, 1> when_downs{"strict"};
constexpr std::array<std::string_view, 2> unknown_chargers{"refuse", "relay"};
constexpr std::size_t persons_key_bytes_min = 16;

struct Address {
  std::string host;
  std::uint16_t port = 0;
};

/// "192.168.20.1:9000" or "[fe80::1]:9000".
std::optional<Address> split_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || host.empty()) return std::nullopt;
  if (host.find_first_not_of("0123456789abcdefABCDEF.:") != std::string_view::npos) return std::nullopt;
  return Address{std::string{host}, port};
}

void read_listener(MapReader& item, Draft& draft) {
  ocpp::ListenerConfig out;
  if (auto name = item.name("name", Need::required); name && draft.names.claim("listener", *name, item.report())) {
    out.name = std::move(name->text);
  }
  if (const auto listen = item.text("listen", Need::required)) {
    auto address = split_address(listen->text);
    if (!address) {
      item.error(listen->place, "E167", in_quotes(listen->text) + " is not an address to listen at",
                 "write the machine's own address and a port, as in 192.168.20.1:9000");
    } else if (draft.names.claim("address", *listen, item.report())) {
      out.address = std::move(address->host);
      out.port = address->port;
    }
  }
  const auto security = item.one_of("security", Need::required, securities);
  out.security = security && security->text == "basic" ? ocpp::Security::basic : ocpp::Security::none;
  item.finish();
  draft.generation.ocpp.listeners.push_back(std::move(out));
}

void read_upstream(MapReader& item, Draft& draft) {
  ocpp::UpstreamConfig out;
  if (auto name = item.name("name", Need::required); name && draft.names.claim("upstream", *name, item.report())) {
    out.name = std::move(name->text);
  }
  if (auto url = item.text("url", Need::required)) {
    if (!ocpp::parse_upstream_url(url->text)) {
      item.error(
          url->place, "E168", in_quotes(url->text) + " is not the address of a CSMS",
          "write ws:// or wss:// and a host, as in wss://csms.example.com/ocpp; the charger's path comes after it");
    }
    out.url = std::move(url->text);
  }
  static_cast<void>(item.one_of("when_down", Need::optional, when_downs));
  item.finish();
  draft.generation.ocpp.upstreams.push_back(std::move(out));
}

/// Blanks and line ends around a secret are not part of it.
std::string trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return std::string{text.substr(first, text.find_last_not_of(blanks) - first + 1)};
}

void read_persons_key(MapReader& section, Draft& draft) {
  const auto name = section.name("persons_secret", Need::required);
  if (!name) return;
  const auto found = draft.files.secrets.find(name->text);
  auto key = found == draft.files.secrets.end() ? std::string{} : trimmed(found->second);
  if (key.size() >= persons_key_bytes_min) {
    draft.generation.ocpp.persons_key = std::move(key);
    return;
  }
  section.error(name->place, "E169",
                found == draft.files.secrets.end() ? "there is no file secrets/" + name->text
                                                   : "secrets/" + name->text + " is shorter than 16 bytes",
                "put at least 16 random characters into it, the same at all sites of one operator: card numbers become "
                "pseudonyms with it");
}

void add_charger(const model::Charger& charger, ocpp::OcppConfig& out) {
  ocpp::ChargerConfig config{charger.id, charger.name, {}, {}, {}};
  for (const auto& evse : charger.evses) {
    ocpp::EvseConfig place{evse.number, evse.evse_id, evse.plug, std::nullopt, charger.circuit};
    const auto power = evse.max_power_w ? evse.max_power_w : charger.max_power_w;
    if (power) place.max_power_w = static_cast<std::int64_t>(*power);
    config.evses.push_back(std::move(place));
  }
  out.chargers.push_back(std::move(config));
}

}  // namespace

void read_ocpp(MapReader section, Draft& draft) {
  auto& ocpp = draft.generation.ocpp;
  for (MapReader& item : section.maps("listeners", Need::required)) read_listener(item, draft);
  for (MapReader& item : section.maps("upstreams", Need::required)) read_upstream(item, draft);
  if (const auto policy = section.one_of("unknown_chargers", Need::optional, unknown_chargers)) {
    ocpp.unknown_chargers = policy->text == "relay" ? ocpp::UnknownChargers::relay : ocpp::UnknownChargers::refuse;
  } else if (draft.generation.site.chargers.empty()) {
    ocpp.unknown_chargers = ocpp::UnknownChargers::relay;  // refused once any is listed
  }
  read_persons_key(section, draft);
  section.finish();
  for (const auto& charger : draft.generation.site.chargers) add_charger(charger, ocpp);
}

}  // namespace chargehook::config
