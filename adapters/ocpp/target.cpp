#include "ocpp/target.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace chargehook::ocpp {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

bool printable(char c) { return c >= 0x20 && c < 0x7f; }

int base64_value(char c) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto at = alphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

std::optional<std::string> base64_decode(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = base64_value(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xff);
  }
  return out;
}

std::string_view before(std::string_view text, char mark) { return text.substr(0, text.find(mark)); }

std::string_view after(std::string_view text, char mark) {
  const auto at = text.find(mark);
  return at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
}

/// Splits "host:port" or "[v6]:port"; false if there is no host or the port is no number.
bool split_authority(std::string_view authority, UpstreamUrl& url) {
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return false;
    url.host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
    if (!port.empty() && port.front() != ':') return false;
    if (!port.empty()) port.remove_prefix(1);
  } else {
    url.host = before(authority, ':');
    port = after(authority, ':');
  }
  if (!port.empty()) url.port = port;
  return !url.host.empty() &&
         std::all_of(url.port.begin(), url.port.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::string> identity_of(std::string_view target) {
  std::string_view path = before(target, '?');
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto identity = percent_decode(path.substr(slash + 1));
  if (!identity || identity->empty() || identity->size() > identity_bytes_max) return std::nullopt;
  if (!std::all_of(identity->begin(), identity->end(), printable)) return std::nullopt;
  return identity;
}

std::string safe_name(std::string_view identity) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : identity) {
    if (printable(c) && c != ' ' && c != '/' && c != '%') {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

std::optional<UpstreamUrl> parse_upstream_url(std::string_view url) {
  UpstreamUrl out;
  out.secure = url.starts_with("wss://");
  if (!out.secure && !url.starts_with("ws://")) return std::nullopt;
  out.port = out.secure ? "443" : "80";
  url.remove_prefix(out.secure ? 6 : 5);
  if (url.find('#') != std::string_view::npos) return std::nullopt;
  out.query = after(url, '?');
  url = before(url, '?');
  const std::string_view authority = before(url, '/');
  if (authority.find('@') != std::string_view::npos || !split_authority(authority, out)) return std::nullopt;
  out.path = url.substr(authority.size());
  while (out.path.ends_with('/')) out.path.pop_back();
  return out;
}

std::string upstream_target(const UpstreamUrl& upstream, std::string_view charger_target) {
  std::string out = upstream.path;
  out += before(charger_target, '?');
  const std::string_view own_query = after(charger_target, '?');
  if (!upstream.query.empty()) out.append("?").append(upstream.query);
  if (!own_query.empty()) out.append(upstream.query.empty() ? "?" : "&").append(own_query);
  return out;
}

std::optional<std::string> basic_user(std::string_view authorization) {
  constexpr std::string_view scheme = "basic ";
  if (authorization.size() < scheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    if ((authorization[i] | 0x20) != scheme[i]) return std::nullopt;
  }
  std::string_view encoded = authorization.substr(scheme.size());
  while (encoded.starts_with(' ')) encoded.remove_prefix(1);
  while (encoded.ends_with(' ')) encoded.remove_suffix(1);
  const auto decoded = base64_decode(encoded);
  if (!decoded || decoded->find(':') == std::string::npos) return std::nullopt;
  return std::string{before(*decoded, ':')};
}

}  // namespace chargehook::ocpp
