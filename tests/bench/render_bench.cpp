/// What one delivery costs the core: match, link, render, sign, and the whole way through Streams.
#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

#include "delivery/chain.hpp"
#include "delivery/render.hpp"
#include "delivery/streams.hpp"

namespace chargehook::delivery {
namespace {

constexpr std::size_t data_bytes = 300;

model::Event event_of(std::uint64_t i) {
  model::Event event;
  event.id = "evt_" + std::string(20, '0') + std::to_string(100'000 + i % 900'000);
  event.type = "session.ended";
  event.partition_key = "charger/CP-" + std::to_string(10 + i % 40);
  event.subject = event.partition_key + "/evse/1";
  event.event_class = model::EventClass::billing;
  event.time = model::WallTime{std::chrono::seconds{1'795'500'000}};
  event.time_quality = model::TimeQuality::synced;
  event.data = "{\"note\":\"" + std::string(data_bytes - 11, 'x') + "\"}";
  return event;
}

EndpointConfig endpoint_of(const std::string& name) {
  EndpointConfig config;
  config.name = name;
  config.url = {true, "billing.example.com", 443, "/hooks/depot-nord"};
  config.events = Filter::parse("session.*, payment.*, fault.*").value();
  config.secret = std::string(32, 'k');
  return config;
}

const Sender sender{"/depot-nord-1", "production", "chargehook/0.1.0"};

void filter_match(benchmark::State& state) {
  const auto filter = Filter::parse("session.*, payment.*, fault.*").value();
  const std::string type = "session.ended";
  for (auto _ : state) benchmark::DoNotOptimize(filter.matches(type));
}
BENCHMARK(filter_match);

void chain_link(benchmark::State& state) {
  const std::string id = event_of(1).id;
  auto hash = chain_start("9f3c5a0b11d2e347/billing/billing/1");
  std::uint64_t n = 0;
  for (auto _ : state) benchmark::DoNotOptimize(hash = chain_next(hash, ++n, id));
}
BENCHMARK(chain_link);

void render_one(benchmark::State& state, bool with_signature) {
  const auto config = endpoint_of("billing");
  const auto event = event_of(1);
  const std::string stream = "9f3c5a0b11d2e347/billing/billing/1";
  const auto hash = chain_start(stream);
  const Delivery delivery{
      event, 1'795'500'000'000'041'877, {event.time, event.time_quality, event.time}, stream, 1041, hash, hash};
  Signer signer{config.secret};
  for (auto _ : state) {
    benchmark::DoNotOptimize(render(config, sender, delivery, event.time, with_signature ? &signer : nullptr));
  }
}
BENCHMARK_CAPTURE(render_one, unsigned, false);
BENCHMARK_CAPTURE(render_one, signed, true);

/// Events come in batches of 64, every attempt succeeds at once; per delivery, over all endpoints.
void through_streams(benchmark::State& state) {
  constexpr std::size_t batch = 64;
  Streams streams{1, sender, 1};
  std::vector<EndpointConfig> configs;
  std::map<std::string, std::uint32_t> numbers;
  for (std::uint32_t i = 1; i <= static_cast<std::uint32_t>(state.range(0)); ++i) {
    configs.push_back(endpoint_of("endpoint-" + std::to_string(i)));
    numbers[configs.back().name] = i;
  }
  const auto endpoints = configs.size();
  const model::Now now{model::WallTime{std::chrono::seconds{1'795'500'000}}, model::BootTime{}, {}};
  DeliveryOutputs out;
  (void)streams.configure(std::move(configs), numbers, {}, sender);
  streams.rows_committed(now, out);
  std::vector<Item> items(batch);
  for (std::size_t i = 0; i < batch; ++i) items[i].event = std::make_shared<model::Event>(event_of(i));
  model::Sequence sequence = 0;
  AttemptResult success;
  success.phase = Phase::answered;
  success.status = 200;
  for (auto _ : state) {
    for (auto& item : items) item.sequence = ++sequence;
    streams.committed(now, model::EventClass::billing, items, sequence, out);
    for (std::size_t done = 0; done < out.attempts.size(); ++done) {
      success.id = out.attempts[done].id;
      streams.attempt_done(now, success, out);
    }
    out.attempts.clear();
    benchmark::DoNotOptimize(streams.take_changed_rows());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * batch * endpoints));
}
BENCHMARK(through_streams)->Arg(1)->Arg(4);

}  // namespace
}  // namespace chargehook::delivery

BENCHMARK_MAIN();
