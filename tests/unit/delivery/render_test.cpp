#include "delivery/render.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "delivery/chain.hpp"

namespace chargehook::delivery {
namespace {

model::WallTime at(const char* text) { return *model::parse_rfc3339(text); }

model::Event ended_session() {
  model::Event event;
  event.id = "evt_4h2k7q2m4kd1x9v0c3b8n5h6aa";
  event.type = "session.ended";
  event.subject = "charger/CP-07/evse/1";
  event.partition_key = "charger/CP-07";
  event.event_class = model::EventClass::billing;
  event.severity = model::Severity::info;
  event.basis = model::Basis::confirmed;
  event.time = at("2026-11-24T06:12:09.120Z");
  event.time_quality = model::TimeQuality::synced;
  event.data = R"({"session":"ses_1","energy_wh": 18420, "driver":"Zoë" })";
  return event;
}

const Sender sender{"/depot-nord-1", "production", "chargehook/0.1.0"};
const std::string stream = "9f3c5a0b11d2e347/billing/billing/1";

struct Rendered {
  model::Event event = ended_session();
  model::Sequence sequence = 1'795'500'000'000'041'877;
  std::uint64_t n = 1041;
  model::ChainHash hash = chain_start("a");
  model::ChainHash previous = chain_start("b");

  Delivery delivery() const {
    return {event, sequence, {event.time, event.time_quality, at("2026-11-24T06:12:09.184Z")}, stream, n,
            hash,  previous};
  }
};

EndpointConfig endpoint() {
  EndpointConfig config;
  config.name = "billing";
  config.url = {true, "billing.example.com", 443, "/hooks/depot-nord"};
  config.secret = "0123456789abcdef01234567";
  return config;
}

std::string header(const HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "(absent)";
}

}  // namespace

TEST_CASE("a delivery is these bytes") {
  CHECK(render_cloud_event(sender, Rendered{}.delivery()) ==
        R"({"specversion":"1.0","id":"evt_4h2k7q2m4kd1x9v0c3b8n5h6aa","source":"/depot-nord-1",)"
        R"("type":"io.chargehook.session.ended","subject":"charger/CP-07/evse/1","time":"2026-11-24T06:12:09.120Z",)"
        R"("recordedtime":"2026-11-24T06:12:09.184Z","sequence":"01795500000000041877",)"
        R"("partitionkey":"charger/CP-07","eventclass":"billing","severity":"info","basis":"confirmed",)"
        R"("timequality":"synced","environment":"production","stream":"9f3c5a0b11d2e347/billing/billing/1",)"
        R"("n":"1041","hash":"ca978112ca1bbdcafac231b39a23dc4d","prevhash":"3e23e8160039594a33894f6564e1b134",)"
        R"("datacontenttype":"application/json","data":{"session":"ses_1","energy_wh": 18420, "driver":"Zoë" }})");
}

TEST_CASE("what comes from outside is escaped, data is left alone") {
  Rendered rendered;
  rendered.event.id = "evt_\"\\";
  rendered.event.type = "a\nb";
  rendered.event.subject = "s\x01\xFF";
  rendered.event.partition_key = "Zoë";
  rendered.event.data = "{\"raw\":\"\\u0000\"}";
  const auto body = render_cloud_event(sender, rendered.delivery());
  CHECK(body.find(R"("id":"evt_\"\\",)") != std::string::npos);
  CHECK(body.find(R"("type":"io.chargehook.a\nb",)") != std::string::npos);
  CHECK(body.find("\"subject\":\"s\\u0001\xEF\xBF\xBD\",") != std::string::npos);
  CHECK(body.find("\"partitionkey\":\"Zoë\",") != std::string::npos);
  CHECK(body.ends_with(",\"data\":{\"raw\":\"\\u0000\"}}"));
}

TEST_CASE("a sequence has twenty digits, so that its text sorts as its number") {
  Rendered rendered;
  rendered.sequence = 1;
  CHECK(render_cloud_event(sender, rendered.delivery()).find(R"("sequence":"00000000000000000001")") !=
        std::string::npos);
  rendered.sequence = std::numeric_limits<model::Sequence>::max();
  rendered.n = std::numeric_limits<std::uint64_t>::max();
  const auto body = render_cloud_event(sender, rendered.delivery());
  CHECK(body.find(R"("sequence":"18446744073709551615")") != std::string::npos);
  CHECK(body.find(R"("n":"18446744073709551615")") != std::string::npos);
}

TEST_CASE("the request carries id, time of this attempt and signature over exactly its body") {
  const Rendered rendered;
  const auto config = endpoint();
  Signer signer{config.secret};
  const auto now = at("2026-11-27T00:00:00.999Z");  // three days after the event
  const auto request = render(config, sender, rendered.delivery(), now, &signer);
  CHECK(request.url.host == "billing.example.com");
  CHECK(request.content_type == "application/cloudevents+json; charset=UTF-8");
  CHECK(request.body == render_cloud_event(sender, rendered.delivery()));
  CHECK(header(request, "webhook-id") == rendered.event.id);
  CHECK(header(request, "webhook-timestamp") == "1795737600");
  CHECK(header(request, "user-agent") == "chargehook/0.1.0");
  Signer receiver{config.secret};
  CHECK(header(request, "webhook-signature") == receiver.sign(rendered.event.id, 1795737600, request.body));
}

TEST_CASE("an endpoint without a key gets no signature") {
  const auto request = render(endpoint(), sender, Rendered{}.delivery(), at("2026-11-27T00:00:00Z"), nullptr);
  CHECK(header(request, "webhook-signature") == "(absent)");
  CHECK(header(request, "webhook-id") != "(absent)");
}

}  // namespace chargehook::delivery
