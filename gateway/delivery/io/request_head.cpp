#include "delivery/io/request_head.hpp"

#include <algorithm>
#include <string_view>

namespace chargehook::delivery::io {
namespace {

bool is_host(std::string_view name) {
  const auto same = [](char a, char b) { return (a | 0x20) == b; };  // ASCII letters in any case
  return std::ranges::equal(name, std::string_view{"host"}, same);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

}  // namespace

void write_request_head(const HttpRequest& request, std::string& out) {
  out = "POST ";
  out += request.url.target;
  out += " HTTP/1.1\r\n";
  const bool has_host = std::ranges::any_of(request.headers, [](const auto& header) { return is_host(header.first); });
  if (!has_host) append_header(out, "Host", request.url.authority());
  for (const auto& [name, value] : request.headers) append_header(out, name, value);
  if (!request.content_type.empty()) append_header(out, "Content-Type", request.content_type);
  append_header(out, "Content-Length", std::to_string(request.body.size()));
  out += "\r\n";
}

}  // namespace chargehook::delivery::io
