// Events per second through the real core and the real journal, with four endpoints whose every attempt succeeds at
// once, beside plain LMDB that appends values of the same bytes in the same batches. Either every endpoint takes every
// event (four deliveries, each linked, rendered and signed) or each takes a quarter (one delivery), as in a depot whose
// billing, operations, fleet and archive listen to different things. No sockets.
//
//   bench_core [rounds]
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <semaphore>
#include <string>
#include <utility>
#include <vector>

#include "bare_store.hpp"
#include "core/core.hpp"
#include "figures.hpp"
#include "journal/format/record.hpp"
#include "journal/io/lmdb_journal.hpp"
#include "journal/io/writer_thread.hpp"
#include "temporary_folder.hpp"

namespace {

using namespace chargehook;

constexpr std::uint64_t map_bytes = std::uint64_t{256} << 20;
constexpr int batches_a_round = 200;
constexpr int events_a_batch = 100;
constexpr int devices = 40;
constexpr std::size_t data_bytes = 300;

constexpr std::array<const char*, 4> kinds{"session.ended", "payment.completed", "session.started", "payment.failed"};

model::Nanoseconds read(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

model::Now now() {
  return {model::WallTime{read(CLOCK_REALTIME)}, model::BootTime{read(CLOCK_BOOTTIME)}, model::TimeQuality::synced};
}

model::Event make_event(int number) {
  model::Event event;
  event.id = "evt_" + std::string(20, '0') + std::to_string(100'000 + number);
  event.type = kinds[static_cast<std::size_t>(number) % kinds.size()];
  event.partition_key = "charger/CP-" + std::to_string(10 + number % devices);
  event.subject = event.partition_key + "/evse/1";
  event.event_class = model::EventClass::billing;
  event.data = "{\"note\":\"" + std::string(data_bytes - 11, 'x') + "\"}";
  return event;
}

enum class Audience { each_to_all, each_to_one };

core::ConfigPtr make_config(Audience audience) {
  core::ConfigGeneration config;
  config.gateway = {"depot-nord-1", "production"};
  config.site.id = "depot-nord";
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    delivery::EndpointConfig endpoint;
    endpoint.name = "endpoint-" + std::to_string(i);
    endpoint.url = {true, "billing.example.com", 443, "/hooks/depot-nord"};
    endpoint.events =
        delivery::Filter::parse(audience == Audience::each_to_all ? "session.*, payment.*" : kinds[i]).value();
    endpoint.secret = std::string(32, 'k');
    config.endpoints.push_back(std::move(endpoint));
  }
  return std::make_shared<core::ConfigGeneration>(std::move(config));
}

/// The core, its store with the writer's thread, and a network that says 200. Batches form as in life: what comes while
/// a commit is under way goes with the next, and what became durable is delivered meanwhile.
class Depot {
 public:
  Depot(const std::string& folder, Audience audience) {
    auto opened =
        journal::io::LmdbJournal::open({.folder = folder, .size_bytes = map_bytes, .now = now(), .boot_uuid = {}});
    CHARGEHOOK_ASSERT(opened.has_value());
    journal_ = std::move(opened.value().journal);
    core_ = std::make_unique<core::Core>(make_config(audience), std::move(opened.value().state),
                                         core::CoreOptions{7, "0.1.0"}, now());
    writer_ = std::make_unique<journal::io::WriterThread>(
        *journal_, journal::io::WriterThread::Handlers{[this](journal::CommitResult result) {
                                                         result_ = std::move(result);
                                                         committed_.release();
                                                       },
                                                       [](const journal::ReopenResult&) {}});
    step(core::TimerDue{});
    while (is_committing_) settle();
    step(core::TimerDue{});
  }

  void hand_in(model::Event event) { step(core::EventSeen{std::move(event), core::nobody}); }

  /// The commit under way ends, and all that can be delivered then is.
  void settle() {
    if (std::exchange(is_committing_, false)) {
      committed_.acquire();
      step(core::CommitDone{std::move(result_)});
    }
    for (std::size_t i = 0; i < waiting_.size() || !reads_.empty(); ++i) {
      if (i < waiting_.size()) {
        answer(waiting_[i]);
      } else {
        read();
        --i;
      }
    }
    waiting_.clear();
  }

  [[nodiscard]] bool is_committing() const { return is_committing_; }
  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }

 private:
  void step(core::Input input) {
    core_->step(now(), std::move(input), out_);
    if (out_.commit) {
      is_committing_ = true;
      writer_->submit(std::move(out_.commit));
    }
    for (const auto& attempt : out_.attempts) waiting_.push_back(attempt.id);
    for (const auto& request : out_.reads) reads_.push_back(request);
    out_.clear();
  }

  void answer(delivery::AttemptId id) {
    delivery::AttemptResult result;
    result.id = id;
    result.phase = delivery::Phase::answered;
    result.status = 200;
    ++delivered_;
    step(core::AttemptsDone{{std::move(result)}});
  }

  void read() {
    const auto request = reads_.back();
    reads_.pop_back();
    step(core::RecordsRead{journal_->read(request)});
  }

  std::unique_ptr<journal::io::LmdbJournal> journal_;
  std::unique_ptr<core::Core> core_;
  core::Outputs out_;
  bool is_committing_ = false;
  journal::CommitResult result_;  ///< the writer's until committed_ is released
  std::binary_semaphore committed_{0};
  std::vector<delivery::AttemptId> waiting_;
  std::vector<journal::ReadRequest> reads_;
  std::uint64_t delivered_ = 0;
  std::unique_ptr<journal::io::WriterThread> writer_;
};

void run_depot(Depot& depot, const std::vector<model::Event>& events) {
  auto next = events.begin();
  while (next != events.end()) {
    for (int i = 0; i < events_a_batch; ++i) depot.hand_in(*next++);
    depot.settle();
  }
  while (depot.is_committing()) depot.settle();
}

std::size_t value_bytes(const model::Event& event) {
  journal::Record record;
  record.sequence = record.ordinal = 1;
  record.event = event;
  return journal::encode_record(record, 1).size();
}

void run_round(const std::string& folder, Audience audience, const std::vector<model::Event>& events,
               bench::Pairs& pairs) {
  Depot depot{folder + "/journal", audience};
  bench::BareStore bare{folder + "/bare", map_bytes};
  const std::string value(value_bytes(events.front()), 'x');
  const auto amount = static_cast<double>(events.size());
  const auto before = depot.delivered();
  const auto ours = [&] { return bench::per_second(amount, [&] { run_depot(depot, events); }); };
  const auto baseline = [&] {
    return bench::per_second(amount, [&] {
      for (int batch = 0; batch < batches_a_round; ++batch) bare.commit(value, events_a_batch);
    });
  };
  pairs.measure(ours, baseline);
  const auto per_event = audience == Audience::each_to_all ? kinds.size() : 1;
  CHARGEHOOK_ASSERT(depot.delivered() - before == per_event * events.size());
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 7;
  std::vector<model::Event> events;
  for (int number = 0; number < batches_a_round * events_a_batch; ++number) events.push_back(make_event(number));
  bench::print_heading();
  for (const auto& disk : bench::disks()) {
    for (const auto audience : {Audience::each_to_one, Audience::each_to_all}) {
      bench::Pairs pairs;
      for (int round = 0; round < rounds; ++round) {
        const bench::TemporaryFolder folder{disk.parent};
        run_round(folder.path(), audience, events, pairs);
      }
      const auto* name = audience == Audience::each_to_all ? "core.each_to_all_of_4." : "core.each_to_one_of_4.";
      pairs.print(std::string{name} + disk.name, "events/s", disk.syncs ? ">=0.60" : "-");
    }
  }
}
