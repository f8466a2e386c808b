/// The place: what `site.yaml` says. Plain values; ids are unique, references resolve (checked by config/).
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace chargehook::model {

/// One place to charge at; OCPP 1.6 calls its number connectorId.
struct Evse {
  int number = 1;
  std::string evse_id;  ///< eMI3, "DE*ABC*E0007*1", empty if not given
  std::string plug;     ///< "type2-socket", empty if not given
  std::optional<double> max_power_w;

  bool operator==(const Evse&) const = default;
};

struct Charger {
  std::string id;       ///< its OCPP identity
  std::string name;     ///< for people; the id if not given
  std::string circuit;  ///< what feeds it, empty if not given
  std::optional<double> max_power_w;
  std::vector<Evse> evses;  ///< at least one

  bool operator==(const Charger&) const = default;
};

struct Site {
  std::string id;  ///< for ever: part of every event id
  std::string name;
  std::string timezone;     ///< IANA name
  std::string currency;     ///< ISO 4217, empty if not given
  std::string country;      ///< ISO 3166-1 alpha-2, empty if not given
  std::string operator_id;  ///< eMI3 / OCPI party, "DE*ABC", empty if not given
  std::vector<Charger> chargers{};
};

/// The SITE object that events carry (docs/events/README.md), as JSON text.
[[nodiscard]] std::string site_json(const Site& site);

}  // namespace chargehook::model
