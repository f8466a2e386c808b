/// Who a charger is and where its connection goes on to: paths, URLs and names. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chargehook::ocpp {

/// The longest identity that is taken. OCPP 2.0.1 allows 48; longer ones are seen.
inline constexpr std::size_t identity_bytes_max = 96;

/// The charger's identity: the last segment of the path, percent-decoded once ("/ocpp/CP%2007" → "CP 07").
/// Nothing if it is empty, too long, badly encoded, or has control characters or bytes that are not ASCII.
[[nodiscard]] std::optional<std::string> identity_of(std::string_view target);

/// `identity` for subjects and state keys: printable ASCII without blank, '/' and '%'; the others percent-encoded.
[[nodiscard]] std::string safe_name(std::string_view identity);

struct UpstreamUrl {
  bool secure = false;
  std::string host;   ///< without the brackets of an IPv6 literal
  std::string port;   ///< "80" or "443" if not given
  std::string path;   ///< without a '/' at its end
  std::string query;  ///< without '?'
};
/// Nothing unless `url` is ws://host… or wss://host… without user and fragment.
[[nodiscard]] std::optional<UpstreamUrl> parse_upstream_url(std::string_view url);

/// The request target to dial: the upstream's path, then the charger's path as it was sent, then both queries.
[[nodiscard]] std::string upstream_target(const UpstreamUrl& upstream, std::string_view charger_target);

/// The user name of `Authorization: Basic …`; nothing if it is something else. Source: RFC 7617 §2.
[[nodiscard]] std::optional<std::string> basic_user(std::string_view authorization);

}  // namespace chargehook::ocpp
