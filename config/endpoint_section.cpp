#include <array>
#include <chrono>

#include "config/sections.hpp"
#include "config/url.hpp"
#include "delivery/signature.hpp"

namespace chargehook::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 2> sign_forms{"standard-webhooks", "none"};
constexpr Bounds<std::int64_t> connections_bounds{1, 16};
constexpr Bounds<std::chrono::milliseconds> timeout_bounds{1s, 5min};

/// Stand-ins where site.yaml or gateway.yaml has errors of its own, so that they are not reported here again.
Placeholders placeholders(const core::ConfigGeneration& generation) {
  const auto or_x = [](const std::string& text) { return text.empty() ? std::string("x") : text; };
  return {or_x(generation.site.id), or_x(generation.site.name), or_x(generation.gateway.id)};
}

void refuse_url(MapReader& item, const Text& url, Refusal refusal) {
  if (refusal.code == "E144") {
    item.report().error_on_secret(url.place, refusal.code, std::move(refusal.message), std::move(refusal.help));
  } else {
    item.error(url.place, refusal.code, std::move(refusal.message), std::move(refusal.help));
  }
}

void read_address(MapReader& item, const Placeholders& values, delivery::HttpUrl& out) {
  const auto written = item.text("url", Need::required);
  if (!written) return;
  Read<std::string> expanded = expand_in_url(written->text, values);
  if (auto* refusal = std::get_if<Refusal>(&expanded)) return refuse_url(item, *written, std::move(*refusal));
  Read<delivery::HttpUrl> url = read_url(std::get<std::string>(expanded));
  if (auto* refusal = std::get_if<Refusal>(&url)) return refuse_url(item, *written, std::move(*refusal));
  out = std::get<delivery::HttpUrl>(std::move(url));
  if (!out.tls && !is_loopback(out.host)) {
    item.report().warning(written->place, "E145", "deliveries go over the network without encryption",
                          "use https:// if the receiver can");
  }
}

void read_events(MapReader& item, delivery::Filter& out) {
  const auto patterns = item.words("events", Need::required);
  if (!patterns) return;
  std::string all;
  bool good = true;
  for (const Text& pattern : *patterns) {
    const auto one = delivery::Filter::parse(pattern.text);
    if (!one) {
      good = false;
      item.error(pattern.place, "E130", one.error().message, "docs/events lists the types; `all` takes every one");
    }
    all.append(all.empty() ? "" : ", ").append(pattern.text);
  }
  if (!good) return;
  if (auto filter = delivery::Filter::parse(all)) out = std::move(filter).value();
}

void use_secret(MapReader& item, const Text& name, const Files& files, delivery::EndpointConfig& out) {
  const auto found = files.secrets.find(name.text);
  if (found == files.secrets.end()) {
    item.error(name.place, "E141", "there is no file secrets/" + name.text,
               "put the secret into it: one line that begins with whsec_");
    return;
  }
  auto key = delivery::decode_secret(found->second);
  if (!key) {
    item.error(name.place, "E142", "secrets/" + name.text + " is no signing secret: " + key.error().message,
               "it is one line: whsec_ and 24 to 64 bytes in base64");
    return;
  }
  out.secret_name = name.text;
  out.secret = std::move(key).value();
}

/// The secret itself where its name belongs: said without showing it.
bool is_secret_itself(MapReader& item, const std::optional<Text>& written) {
  if (!written || !written->text.starts_with("whsec_")) return false;
  item.report().error_on_secret(written->place, "E141", "the secret itself stands here; its name is wanted",
                                "put it into a file in secrets/ and write the name of the file here");
  return true;
}

void read_signing(MapReader& item, const Files& files, delivery::EndpointConfig& out) {
  const auto form = item.one_of("sign", Need::optional, sign_forms);
  out.sign = form && form->text == "none" ? delivery::SignForm::none : delivery::SignForm::standard_webhooks;
  const bool signs = out.sign != delivery::SignForm::none;
  if (is_secret_itself(item, item.text("secret", signs ? Need::required : Need::optional))) return;
  const auto name = item.name("secret", Need::optional);
  if (name && signs) use_secret(item, *name, files, out);
  if (name && !signs) {
    item.report().warning(name->place, "E151", "the secret is not used: sign is none", "delete the line, or sign");
  }
}

void read_endpoint(MapReader& item, Draft& draft) {
  delivery::EndpointConfig out;
  if (auto name = item.name("name", Need::required); name && draft.names.claim("endpoint", *name, item.report())) {
    out.name = std::move(name->text);
  }
  read_address(item, placeholders(draft.generation), out.url);
  read_events(item, out.events);
  read_signing(item, draft.files, out);
  if (const auto connections = item.integer("connections", Need::optional, connections_bounds)) {
    out.connections = static_cast<int>(*connections);
  }
  if (const auto timeout = item.duration("timeout", Need::optional, timeout_bounds)) out.total_deadline = *timeout;
  out.connect_timeout = std::min(out.connect_timeout, out.total_deadline);
  read_telemetry(item, out, draft);
  item.finish();
  draft.generation.endpoints.push_back(std::move(out));
}

}  // namespace

void read_endpoint_file(MapReader& top, Draft& draft) {
  for (MapReader& item : top.maps("endpoints", Need::required)) read_endpoint(item, draft);
  top.finish(where_section_belongs);
}

}  // namespace chargehook::config
