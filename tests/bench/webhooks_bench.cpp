// Durable, signed webhooks per second, one POST each: the core, the journal and the sender as main.cpp puts them
// together, from the event to the receiver's 200, beside as many threads of bare cpp-httplib that post the same bodies
// without a signature, a journal or an order. webhooks_bench.py starts the receiver and calls this.
//
//   live   each event is handed in, committed and sent while others are; at most 1,000 are under way
//   drain  all events are in the journal already, as after an outage
//
//   bench_webhooks PORT [rounds [live|drain]]
#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/core.hpp"
#include "delivery/chain.hpp"
#include "delivery/io/asio_sender.hpp"
#include "delivery/render.hpp"
#include "figures.hpp"
#include "journal/io/lmdb_journal.hpp"
#include "journal/io/reader_thread.hpp"
#include "journal/io/writer_thread.hpp"
#include "runtime/core_loop.hpp"
#include "runtime/system_clock.hpp"
#include "temporary_folder.hpp"

namespace {

using namespace chargehook;

constexpr std::uint64_t map_bytes = std::uint64_t{256} << 20;
constexpr int posts_a_round = 12'000;
constexpr int under_way_max = 1000;
constexpr int devices = 40;
constexpr std::size_t data_bytes = 300;

struct Cost {
  double per_second = 0;
  double cpu_us = 0;  ///< per webhook, of all our threads; not the receiver's
};

Cost cost_of(auto job) {
  Cost cost;
  const double before = bench::cpu_seconds();
  cost.per_second = bench::per_second(posts_a_round, job);
  cost.cpu_us = (bench::cpu_seconds() - before) * 1e6 / posts_a_round;
  return cost;
}

model::Event make_event(int number) {
  model::Event event;
  event.id = "evt_" + std::string(20, '0') + std::to_string(100'000 + number);
  event.type = "session.ended";
  event.partition_key = "charger/CP-" + std::to_string(10 + number % devices);
  event.subject = event.partition_key + "/evse/1";
  event.event_class = model::EventClass::billing;
  event.data = "{\"note\":\"" + std::string(data_bytes - 11, 'x') + "\"}";
  return event;
}

delivery::EndpointConfig make_endpoint(std::uint16_t port, int connections) {
  delivery::EndpointConfig endpoint;
  endpoint.name = "receiver";
  endpoint.url = {false, "127.0.0.1", port, "/hooks/depot-nord"};
  endpoint.events = delivery::Filter::parse("session.*").value();
  endpoint.secret = std::string(32, 'k');
  endpoint.connections = connections;
  return endpoint;
}

core::ConfigPtr make_config(std::vector<delivery::EndpointConfig> endpoints) {
  core::ConfigGeneration config;
  config.gateway = {"depot-nord-1", "production"};
  config.site.id = "depot-nord";
  config.endpoints = std::move(endpoints);
  return std::make_shared<core::ConfigGeneration>(std::move(config));
}

delivery::HttpRequest make_bare_request(const delivery::EndpointConfig& endpoint) {
  const model::Event event = make_event(1);
  const std::string stream = "9f3c5a0b11d2e347/receiver/billing/1";
  const auto hash = delivery::chain_start(stream);
  const delivery::Delivery delivery{
      event, 1'795'500'000'000'041'877, {event.time, event.time_quality, event.time}, stream, 1041, hash, hash};
  const delivery::Sender sender{"/depot-nord-1", "production", "chargehook/0.1.0"};
  return delivery::render(endpoint, sender, delivery, event.time, nullptr);
}

/// One thread and one kept-alive connection. The header that we would sign with is there, for the same bytes.
void post_all(const delivery::HttpRequest& request, std::atomic<int>& left) {
  httplib::Client client{request.url.host, request.url.port};
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  httplib::Headers headers{request.headers.begin(), request.headers.end()};
  headers.emplace("webhook-signature", "v1," + std::string(44, 'A'));
  while (left.fetch_sub(1) > 0) {
    const auto answer = client.Post(request.url.target, headers, request.body, request.content_type.c_str());
    CHARGEHOOK_ASSERT(answer && answer->status == 200);
  }
}

Cost post_bare(const delivery::EndpointConfig& endpoint) {
  const auto request = make_bare_request(endpoint);
  std::atomic<int> left{posts_a_round};
  return cost_of([&] {
    std::vector<std::jthread> threads;
    for (int i = 0; i < endpoint.connections; ++i) threads.emplace_back([&] { post_all(request, left); });
  });
}

/// The gateway without its listeners, on the calling thread.
class Gateway {
 public:
  Gateway(const std::string& folder, core::ConfigPtr config)
      : opened_(open(folder)),
        core_(std::move(config), std::move(opened_.state), {7, "0.1.0"}, runtime::read_clocks()),
        loop_(io_, core_, ports()),
        writer_(*opened_.journal, {[this](auto result) { loop_.post(core::CommitDone{std::move(result)}); },
                                   [this](auto result) { loop_.post(core::ReopenDone{std::move(result)}); }}),
        reader_(*opened_.journal, {[this](auto result) { loop_.post(core::RecordsRead{std::move(result)}); },
                                   [this](auto result) { loop_.post(core::StoreWalked{std::move(result)}); }}),
        sender_([this](auto results) { take(std::move(results)); }) {
    loop_.start();
  }

  /// All events in and out again, never more than `under_way_max` between.
  Cost live() {
    return cost_of([&] {
      replaces_delivered_ = true;
      for (int i = 0; i < under_way_max; ++i) hand_in_next();
      io_.run();
    });
  }

  /// Until all events are durable.
  void store_all() {
    replaces_stored_ = true;
    for (int i = 0; i < under_way_max; ++i) hand_in_next();
    io_.run();
  }

  /// The start after an outage, until the last delivery.
  Cost drain() {
    return cost_of([&] { io_.run(); });
  }

 private:
  static journal::io::LmdbJournal::Opened open(const std::string& folder) {
    auto opened = journal::io::LmdbJournal::open(
        {.folder = folder, .size_bytes = map_bytes, .now = runtime::read_clocks(), .boot_uuid = {}});
    CHARGEHOOK_ASSERT(opened.has_value());
    return std::move(opened).value();
  }

  runtime::Ports ports() {
    return {.commit = [this](journal::BatchPtr batch) { writer_.submit(std::move(batch)); },
            .reopen_store = [this] { writer_.reopen(); },
            .read = [this](journal::ReadRequest request) { reader_.request(request); },
            .walk = [this](journal::WalkRequest request) { reader_.walk(request); },
            .write_held = [](const journal::HeldFile&) {},
            .count_held = [] {},
            .attempt = [this](delivery::AttemptRequest request) { sender_.start(std::move(request)); },
            .ocpp = [](const ocpp::Command&) {},
            .release = [this](const core::Release&) { stored(); },
            .config_taken = [](const core::ConfigPtr&) {},
            .store_damaged = [](const std::string&) {},
            .stopped = [](bool) {},
            .adapters = [] { return std::vector<core::AdapterStatus>{}; }};
  }

  void hand_in_next() {
    if (next_ < posts_a_round) loop_.post(core::EventSeen{make_event(next_++), core::Token{1}});
  }

  void stored() {
    if (++stored_ == posts_a_round && replaces_stored_) io_.stop();
    if (replaces_stored_) hand_in_next();
  }

  /// On the sender's thread.
  void take(std::vector<delivery::AttemptResult> results) {
    const auto delivered = static_cast<int>(std::ranges::count_if(
        results, [](const auto& result) { return result.phase == delivery::Phase::answered && result.status == 200; }));
    CHARGEHOOK_ASSERT(delivered == static_cast<int>(results.size()) || replaces_stored_);
    loop_.post(core::AttemptsDone{std::move(results)});
    for (int i = 0; replaces_delivered_ && i < delivered; ++i) hand_in_next();
    delivered_ += delivered;
    if (delivered_ == posts_a_round) io_.stop();
  }

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> running_{io_.get_executor()};
  journal::io::LmdbJournal::Opened opened_;
  core::Core core_;
  runtime::CoreLoop loop_;
  int next_ = 0;
  int stored_ = 0;
  int delivered_ = 0;
  std::atomic<bool> replaces_delivered_ = false;
  std::atomic<bool> replaces_stored_ = false;
  journal::io::WriterThread writer_;
  journal::io::ReaderThread reader_;
  delivery::io::AsioSender sender_;
};

Cost run_live(const delivery::EndpointConfig& endpoint) {
  const bench::TemporaryFolder folder{std::filesystem::temp_directory_path()};
  return Gateway{folder.path(), make_config({endpoint})}.live();
}

/// The events have waited for a receiver that was not there while they came in.
Cost run_drain(const delivery::EndpointConfig& endpoint) {
  const bench::TemporaryFolder folder{std::filesystem::temp_directory_path()};
  auto unreachable = endpoint;
  unreachable.url.port = 1;
  Gateway{folder.path(), make_config({unreachable})}.store_all();
  return Gateway{folder.path(), make_config({endpoint})}.drain();
}

void run(const std::string& name, int rounds, const delivery::EndpointConfig& endpoint, auto ours) {
  bench::Pairs rates;
  bench::Pairs cpu;
  for (int round = 0; round < rounds; ++round) {
    Cost our_cost;
    Cost bare_cost;
    rates.measure([&] { return (our_cost = ours(endpoint)).per_second; },
                  [&] { return (bare_cost = post_bare(endpoint)).per_second; });
    cpu.add(our_cost.cpu_us, bare_cost.cpu_us);
  }
  rates.print(name, "webhooks/s", ">=0.70");
  cpu.print(name + ".cpu", "us/webhook", "-");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  std::signal(SIGPIPE, SIG_IGN);
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 7;
  const std::string only = argc > 3 ? argv[3] : "";
  bench::print_heading();
  for (const int connections : {4, 8}) {
    const auto endpoint = make_endpoint(port, connections);
    const auto suffix = "." + std::to_string(connections);
    if (only != "drain") run("webhooks.live" + suffix, rounds, endpoint, run_live);
    if (only != "live") run("webhooks.drain" + suffix, rounds, endpoint, run_drain);
  }
}
