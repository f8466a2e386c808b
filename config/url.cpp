#include "config/url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "config/report.hpp"

namespace chargehook::config {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view hex_digits = "0123456789abcdefABCDEF";
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";

Refusal refuse(std::string message, std::string help = "write it as https://billing.example.com/hooks") {
  return {"E143", std::move(message), std::move(help)};
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

/// All digits and dots: then it is an IPv4 address or a slip.
bool is_ipv4_or_name(std::string_view host) {
  if (host.find_first_not_of("0123456789.") != host.npos) return true;
  int parts = 0;
  while (true) {
    const std::size_t dot = std::min(host.find('.'), host.size());
    int value = 256;
    std::from_chars(host.data(), host.data() + dot, value);
    if (dot == 0 || dot > 3 || value > 255 || (dot > 1 && host.front() == '0')) return false;
    ++parts;
    if (dot == host.size()) return parts == 4;
    host.remove_prefix(dot + 1);
  }
}

std::optional<Refusal> check_host(std::string_view host, bool brackets) {
  if (host.empty()) return refuse("the URL has no host");
  if (host.size() > 253) return refuse("the host of the URL is longer than 253 characters");
  if (brackets) {
    const bool plausible = host.find_first_not_of(std::string(hex_digits) + ":.") == host.npos &&
                           std::count(host.begin(), host.end(), ':') >= 2;
    return plausible ? std::nullopt : std::optional(refuse(in_quotes(host) + " is not an IPv6 address"));
  }
  const std::string allowed = std::string(letters) + std::string(digits) + "-._";
  if (const std::size_t bad = host.find_first_not_of(allowed); bad != host.npos) {
    return refuse("the host " + in_quotes(host) + " has a character that no host has",
                  "a-z, 0-9, - and . only; an international name in its xn-- form");
  }
  const bool empty_label = host.front() == '.' || host.find("..") != host.npos;
  if (empty_label || !is_ipv4_or_name(host)) return refuse(in_quotes(host) + " is neither a host name nor an address");
  return std::nullopt;
}

std::optional<Refusal> check_target(std::string_view target) {
  if (target.size() > 2000) return refuse("the URL is longer than 2000 characters", "shorten it");
  for (std::size_t i = 0; i < target.size(); ++i) {
    const char c = target[i];
    if (c <= ' ' || c > '~' || std::string_view("\"<>\\^`{|}").find(c) != std::string_view::npos) {
      return refuse("a character in the path of the URL that has to be escaped",
                    "write it as % and two hexadecimal digits: a blank is %20");
    }
    const bool escaped = i + 2 < target.size() && hex_digits.find(target[i + 1]) != hex_digits.npos &&
                         hex_digits.find(target[i + 2]) != hex_digits.npos;
    if (c == '%' && !escaped) return refuse("a % in the URL without two hexadecimal digits", "a % itself is %25");
  }
  return std::nullopt;
}

/// Takes `:port` off the end of `authority`. @return the port, or nothing if it is none
std::optional<std::uint16_t> take_port(std::string_view& authority, std::uint16_t otherwise) {
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  if (colon == authority.npos || (bracket != authority.npos && colon < bracket)) return otherwise;
  const std::string_view text = authority.substr(colon + 1);
  authority = authority.substr(0, colon);
  std::uint16_t port = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), port);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

}  // namespace

Read<delivery::HttpUrl> read_url(std::string_view text) {
  delivery::HttpUrl url;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == text.npos) return refuse("the URL does not begin with https://");
  const std::string scheme = lower(text.substr(0, scheme_end));
  if (scheme != "https" && scheme != "http")
    return refuse("a URL with " + in_quotes(scheme) + "; http and https are known");
  url.tls = scheme == "https";

  const std::string_view rest = text.substr(scheme_end + 3);
  const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, path);
  const std::string_view target = rest.substr(path);
  if (authority.find('@') != authority.npos) {
    return Refusal{"E144", "a user name or password in the URL", "leave it out: deliveries are signed, see `sign`"};
  }
  if (target.find('#') != target.npos)
    return refuse("a # in the URL", "the part from # on is never sent: leave it out");

  const std::optional<std::uint16_t> port = take_port(authority, url.tls ? 443 : 80);
  if (!port) return refuse("the port of the URL is not a number from 1 to 65535");
  url.port = *port;
  const bool brackets = authority.starts_with('[') && authority.ends_with(']');
  url.host = lower(brackets ? authority.substr(1, authority.size() - 2) : authority);
  if (std::optional<Refusal> refusal = check_host(url.host, brackets)) return *std::move(refusal);
  if (std::optional<Refusal> refusal = check_target(target)) return *std::move(refusal);
  url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  return url;
}

bool is_loopback(std::string_view host) {
  const bool address = host.find_first_not_of("0123456789.") == host.npos;
  return host == "localhost" || host == "::1" || (address && host.starts_with("127."));
}

}  // namespace chargehook::config
