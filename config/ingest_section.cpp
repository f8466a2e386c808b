#include "config/sections.hpp"

namespace chargehook::config {
namespace {

constexpr std::string_view scheme = "unix:";
constexpr std::size_t path_bytes_max = 107;  // sun_path of unix(7), with its NUL

std::optional<Text> read_listen(MapReader& item) {
  auto listen = item.text("listen", Need::required);
  if (!listen) return std::nullopt;
  if (!listen->text.starts_with(scheme) || listen->text.size() == scheme.size() || listen->text.back() == '/') {
    item.error(listen->place, "E148", in_quotes(listen->text) + " is not the address of a unix socket",
               "write unix: and a path, as in unix:/run/chargehook/ingest.sock");
    return std::nullopt;
  }
  listen->text.erase(0, scheme.size());
  if (listen->text.size() <= path_bytes_max) return listen;
  item.error(listen->place, "E148", "the path of the socket is longer than 107 bytes", "use a shorter one");
  return std::nullopt;
}

void read_listener(MapReader& item, Draft& draft) {
  ingest::IngestConfig out;
  if (auto name = item.name("name", Need::required); name && draft.names.claim("ingest", *name, item.report())) {
    out.name = std::move(name->text);
  }
  if (auto listen = read_listen(item); listen && draft.names.claim("socket", *listen, item.report())) {
    out.socket_path = std::move(listen->text);
  }
  item.finish();
  draft.generation.ingest.push_back(std::move(out));
}

}  // namespace

void read_ingest(MapReader& top, Draft& draft) {
  for (MapReader& item : top.maps("ingest", Need::optional)) read_listener(item, draft);
}

}  // namespace chargehook::config
