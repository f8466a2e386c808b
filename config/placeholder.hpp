/// `<site.id>` and its like, so that many sites can share one file.
#pragma once

#include <string>
#include <string_view>

#include "config/quantity.hpp"

namespace chargehook::config {

struct Placeholders {
  std::string site_id;
  std::string site_name;
  std::string gateway_id;
};

/// Replaces <site.id>, <site.name>, <gateway.id> in a URL; what has no place in a URL is escaped (RFC 3986 §2.1).
/// Refuses other words in < > (E147).
[[nodiscard]] Read<std::string> expand_in_url(std::string_view text, const Placeholders& values);

}  // namespace chargehook::config
