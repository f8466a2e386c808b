#include "depot.hpp"

#include <algorithm>
#include <string>

#include "config/load.hpp"

namespace chargehook::simulation {
namespace {

constexpr const char* gateway = R"(
gateway:
  id: depot-sim-1
  environment: test
storage:
  size: 16 MiB
)";

constexpr const char* site = R"(
site:
  id: depot-sim
  name: Simulated depot
  timezone: Europe/Berlin
  currency: EUR
  country: DE
  operator: DE*SIM
  import_limit: 80 kW
circuits:
  - name: main
    kind: grid
    rating: 125 A
    meter: main
chargers:
  - ids: CP-1 to CP-4
    fed_by: main
    max_power: 22 kW
)";

constexpr const char* ingest = R"(
ingest:
  - name: local
    listen: unix:ingest.sock
)";

constexpr const char* ocpp = R"(
ocpp:
  listeners:
    - name: yard
      listen: 127.0.0.1:9000
      security: none
  upstreams:
    - name: fleet-csms
      url: ws://127.0.0.1:9001/ocpp
  unknown_chargers: refuse
  persons_secret: persons
)";

constexpr const char* modbus = R"(
modbus:
  - line: grid
    host: 127.0.0.1:1502
    devices:
      - name: main
        profile: sim-meter
        address: 1
        interval: 1 s
)";

constexpr const char* profile = R"(
profile: sim-meter
maker: Simulation
models: one
source: tests/simulation
function: 4
type: float32
order: ABCD
registers:
  - at: 0
    signal: meter.power
    unit: W
)";

constexpr const char* rules = R"(
rules:
  - id: import-limit
    title: Import limit exceeded
    when: grid.power > site.import_limit
    clear: grid.power < 95 % of site.import_limit
    for: 3 s
    clear_for: 2 s
    severity: high
)";

constexpr const char* steady = R"(
endpoints:
  - name: billing
    url: http://127.0.0.1:8001/billing
    sign: standard-webhooks
    secret: key
    events: session.*, payment.*
  - name: archive
    url: http://127.0.0.1:8002/archive
    sign: none
    events: all
    telemetry:
      - signals: meter.power
        every: 5 s
        as: mean, max
        batch: 30 s
)";

std::string maintenance(const std::string& events) {
  return "endpoints:\n  - name: maintenance\n    url: http://127.0.0.1:8003/maintenance\n    sign: none\n    events: " +
         events + "\n    connections: 2\n";
}

core::ConfigPtr load_variant(const std::string& more_endpoints) {
  config::Files files;
  files.sources = {{"adapters.d/ingest.yaml", ingest},
                   {"adapters.d/modbus.yaml", modbus},
                   {"adapters.d/ocpp.yaml", ocpp},
                   {"devices.d/sim-meter.yaml", profile},
                   {"endpoints.d/steady.yaml", steady}};
  if (!more_endpoints.empty()) files.sources.push_back({"endpoints.d/variant.yaml", more_endpoints});
  files.sources.insert(files.sources.end(),
                       {{"gateway.yaml", gateway}, {"rules.d/load.yaml", rules}, {"site.yaml", site}});
  files.secrets = {{"key", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n"},
                   {"persons", "simulated, everybody may know it"}};
  files.timezones = {"Europe/Berlin"};
  auto loaded = config::load(files);
  if (!loaded.generation) std::fputs(config::to_text(loaded.diagnostics).c_str(), stderr);
  CHARGEHOOK_ASSERT(loaded.generation.has_value());
  loaded.generation->storage.size_bytes = std::uint64_t{4} << 20;  // the smallest there is: it has to fill
  loaded.generation->storage.keep.classes[2].keep = std::chrono::seconds{45};
  loaded.generation->storage.keep.billing_hold = std::chrono::seconds{40};
  for (auto& endpoint : loaded.generation->endpoints) endpoint.retry.longest = std::chrono::seconds{60};
  return std::make_shared<const core::ConfigGeneration>(std::move(*loaded.generation));
}

}  // namespace

const std::array<core::ConfigPtr, depot_variants>& depot_configurations() {
  static const std::array<core::ConfigPtr, depot_variants> all{
      load_variant(maintenance("fault.*, gateway.*")), load_variant(maintenance("fault.*, user.*, load_management.*")),
      load_variant("")};
  return all;
}

std::vector<Wish> depot_wishes() { return {{"billing", {"session.", "payment."}}, {"archive", {""}}}; }

}  // namespace chargehook::simulation
