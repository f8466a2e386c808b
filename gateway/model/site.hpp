/// The place: what `site.yaml` says. Plain values; ids are unique, references resolve (checked by config/).
#pragma once

#include <string>
#include <vector>

namespace chargehook::model {

struct Site {
  std::string id;  ///< for ever: part of every event id
  std::string name;
  std::string timezone;     ///< IANA name
  std::string currency;     ///< ISO 4217, empty if not given
  std::string country;      ///< ISO 3166-1 alpha-2, empty if not given
  std::string operator_id;  ///< eMI3 / OCPI party, "DE*ABC", empty if not given
};

/// The SITE object that events carry (docs/events/README.md), as JSON text.
[[nodiscard]] std::string site_json(const Site& site);

}  // namespace chargehook::model
