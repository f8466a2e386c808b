#include "config/load.hpp"

#include <doctest/doctest.h>

#include "config/files.hpp"
#include "folder.hpp"

namespace chargehook::config {
namespace {

using namespace std::chrono_literals;

const std::string examples = CHARGEHOOK_SOURCE_DIR "/config/examples";

TEST_CASE("the minimal example loads, and says what it shows") {
  const Loaded loaded = load(read_folder(examples + "/minimal"));
  REQUIRE_MESSAGE(loaded.generation.has_value(), to_text(loaded.diagnostics));
  const core::ConfigGeneration& config = *loaded.generation;
  CHECK(loaded.diagnostics.all().empty());
  CHECK(config.gateway.id == "depot-nord-1");
  CHECK(config.gateway.environment == "production");
  CHECK(config.storage.size_bytes == 1024ULL * 1024 * 1024);
  CHECK(config.clock == core::ClockConfig{});
  CHECK(config.site.id == "depot-nord");
  CHECK(config.site.name == "Depot Nord");
  CHECK(config.site.timezone == "Europe/Berlin");
  CHECK(config.site.currency == "EUR");
  CHECK(config.site.country == "DE");
  CHECK(config.site.operator_id == "DE*ABC");
  REQUIRE(config.ingest.size() == 1);
  CHECK(config.ingest[0].name == "local");
  CHECK(config.ingest[0].socket_path == "ingest.sock");
  REQUIRE(config.endpoints.size() == 1);
  const delivery::EndpointConfig& cloud = config.endpoints[0];
  CHECK(cloud.name == "cloud");
  CHECK(cloud.url.tls);
  CHECK(cloud.url.host == "cloud.example.com");
  CHECK(cloud.url.port == 443);
  CHECK(cloud.url.target == "/hooks/depot-nord");
  CHECK(cloud.events.text() == "fault.*, gateway.*, load_management.*, payment.*, session.*, telemetry.readings");
  CHECK(cloud.sign == delivery::SignForm::standard_webhooks);
  CHECK(cloud.secret_name == "cloud-hmac");
  CHECK(cloud.secret == "example key, not for real use!!!");
  CHECK(cloud.connections == 4);
  CHECK(cloud.total_deadline == 15s);
  REQUIRE(config.site.chargers.size() == 1);
  CHECK(config.site.chargers[0].id == "CP-07");
  CHECK(config.site.chargers[0].evses[0].max_power_w == 11e3);
  REQUIRE(config.telemetry.size() == 1);
  CHECK(config.telemetry[0].endpoint == "cloud");
  CHECK(config.telemetry[0].batch == 5min);
  REQUIRE(config.rules->rules().size() == 1);
  CHECK(config.rules->rules()[0].id == "circuit-near-rating");
  CHECK(config.rules->instances().size() == 3);
}

TEST_CASE("what is left out has the default that the example names") {
  const Loaded small = load(good_files());
  const Loaded example = load(read_folder(examples + "/minimal"));
  REQUIRE(small.generation.has_value());
  REQUIRE(example.generation.has_value());
  CHECK(small.generation->gateway.environment == example.generation->gateway.environment);
  CHECK(small.generation->storage.size_bytes == example.generation->storage.size_bytes);
  CHECK(small.generation->storage.keep == example.generation->storage.keep);
  CHECK(small.generation->site.name == small.generation->site.id);
  CHECK(small.generation->endpoints[0].sign == example.generation->endpoints[0].sign);
  CHECK(small.generation->endpoints[0].connections == example.generation->endpoints[0].connections);
  CHECK(small.generation->endpoints[0].total_deadline == example.generation->endpoints[0].total_deadline);
}

TEST_CASE("each class but billing has its own age and size") {
  const std::string storage = "gateway:\n  id: a\n  environment: test\nstorage:\n  keep_delivered: 12 h\n";
  const auto loaded = load(with_file("gateway.yaml", storage + "  state:\n    keep: 90 d\n    at_most: 100 MiB\n"));
  REQUIRE(loaded.generation.has_value());
  const auto& keep = loaded.generation->storage.keep;
  CHECK(keep.keep_delivered == 12h);
  CHECK(keep.classes[2].keep == 90 * 24h);
  CHECK(keep.classes[2].bytes == 100ULL * 1024 * 1024);
  CHECK_FALSE(keep.classes[1].keep.has_value());
  CHECK_FALSE(load(with_file("gateway.yaml", storage + "  billing:\n    keep: 90 d\n")).generation.has_value());
  CHECK_FALSE(load(with_file("gateway.yaml", storage + "  state:\n    keep: 5 min\n")).generation.has_value());
}

TEST_CASE("undelivered billing is held for 90 days unless it says otherwise, and for one day at least") {
  const std::string billing = "gateway:\n  id: a\n  environment: test\nstorage:\n  billing:\n    hold: ";
  const auto hold_of = [&](const std::string& hold) {
    const auto loaded = load(with_file("gateway.yaml", billing + hold + "\n"));
    return loaded.generation ? std::optional{loaded.generation->storage.keep.billing_hold} : std::nullopt;
  };
  CHECK(journal::RetentionLimits{}.billing_hold == 90 * 24h);
  CHECK(hold_of("30 d") == 30 * 24h);
  CHECK(hold_of("1 d") == 24h);
  CHECK_FALSE(hold_of("23 h").has_value());
  CHECK_FALSE(hold_of("90").has_value());
  CHECK_FALSE(hold_of("11 years").has_value());
  const auto loaded = load(with_file("gateway.yaml", billing + "23 h\n"));
  CHECK(to_text(loaded.diagnostics).find("hold") != std::string::npos);
}

TEST_CASE("the small depot loads: a row of chargers, three endpoints, rules for each of them") {
  const Loaded loaded = load(read_folder(examples + "/depot"));
  REQUIRE_MESSAGE(loaded.generation.has_value(), to_text(loaded.diagnostics));
  CHECK(loaded.generation->site.chargers.size() == 61);
  CHECK(loaded.generation->endpoints.size() == 3);
  CHECK(loaded.generation->telemetry.size() == 2);
  CHECK(loaded.generation->rules->rules().size() == 4);
  CHECK(loaded.generation->rules->instances().size() == 1 + 3 + 61 + 2);
}

TEST_CASE("values are read in the units they are written in") {
  Files files = with_file("gateway.yaml", "gateway:\n  id: a\n  environment: test\nstorage:\n  size: 1.5 GiB\n");
  files.sources[1].text = "endpoints:\n  - name: a\n" + endpoint_rest + "    timeout: 1500 ms\n    connections: 16\n";
  const Loaded loaded = load(files);
  REQUIRE_MESSAGE(loaded.generation.has_value(), to_text(loaded.diagnostics));
  CHECK(loaded.generation->gateway.environment == "test");
  CHECK(loaded.generation->storage.size_bytes == 1536ULL * 1024 * 1024);
  CHECK(loaded.generation->endpoints[0].total_deadline == 1500ms);
  CHECK(loaded.generation->endpoints[0].connect_timeout == 1500ms);
  CHECK(loaded.generation->endpoints[0].connections == 16);
}

TEST_CASE("a placeholder in an address becomes what the site is called, escaped") {
  Files files = with_file("site.yaml", "site:\n  id: nord\n  name: K\xC3\xB6ln 1/2\n  timezone: UTC\n");
  files.sources[1].text =
      "endpoints:\n  - name: a\n    url: http://localhost:8080/<site.name>?g=<gateway.id>&s=<site.id>\n"
      "    events: all\n    sign: none\n";
  const Loaded loaded = load(files);
  REQUIRE_MESSAGE(loaded.generation.has_value(), to_text(loaded.diagnostics));
  CHECK(loaded.generation->endpoints[0].url.target == "/K%C3%B6ln%201%2F2?g=depot-nord-1&s=nord");
  CHECK(loaded.generation->endpoints[0].url.port == 8080);
  CHECK_FALSE(loaded.generation->endpoints[0].url.tls);
}

TEST_CASE("endpoints of all files come in the order of files and lines") {
  Files files =
      with_file("endpoints.d/a.yaml", "endpoints:\n  - name: z\n" + endpoint_rest + "  - name: b\n" + endpoint_rest);
  const Loaded loaded = load(files);
  REQUIRE(loaded.generation.has_value());
  std::string names;
  for (const auto& endpoint : loaded.generation->endpoints) names += endpoint.name + ' ';
  CHECK(names == "z b cloud ");
}

TEST_CASE("the hash follows every text and name of a file, and no secret") {
  const Files files = good_files();
  const std::string hash = load(files).generation->hash;
  CHECK(hash.size() == 16);
  CHECK(hash.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(load(good_files()).generation->hash == hash);

  Files comment = good_files();
  comment.sources[0].text += "# x\n";
  CHECK(load(comment).generation->hash != hash);

  Files moved = good_files();
  moved.sources[1].path = "endpoints.d/other.yaml";
  CHECK(load(moved).generation->hash != hash);

  Files secret = good_files();
  secret.secrets["key"] = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
  CHECK(load(secret).generation->hash == hash);
}

TEST_CASE("a secret never shows in what is reported") {
  const std::string secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZg==";
  const Loaded pasted = load(with_file("endpoints.d/x.yaml",
                                       "endpoints:\n  - name: a\n    url: https://a.example.com\n"
                                       "    events: all\n    secret: " +
                                           secret + "\n"));
  CHECK(to_text(pasted.diagnostics).find("whsec_MD") == std::string::npos);
  const Loaded password = load(with_file("endpoints.d/x.yaml",
                                         "endpoints:\n  - name: a\n    url: https://a:sesame@b\n"
                                         "    events: all\n    sign: none\n"));
  CHECK(password.diagnostics.has_errors());
  CHECK(to_text(password.diagnostics).find("sesame") == std::string::npos);
  Files unusable = good_files();
  unusable.secrets["key"] = "sesame";
  CHECK(to_text(load(unusable).diagnostics).find("sesame") == std::string::npos);
}

}  // namespace
}  // namespace chargehook::config
