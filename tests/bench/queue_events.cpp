// Puts events that nobody has delivered into the store of a gateway that is stopped: of all four classes in turn, 300
// bytes each as they lie in the log, telemetry for each endpoint in turn. Of the last ones the ids are to be known
// again, as many as a gateway keeps. Benches of a long queue begin with it.
//
//   queue_events JOURNAL EVENTS ENDPOINT…
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "journal/format/id_row.hpp"
#include "journal/format/record.hpp"
#include "journal/io/lmdb_journal.hpp"
#include "model/event_id.hpp"

namespace {

using namespace chargehook;
using model::EventClass;

constexpr std::uint64_t batch_records = 4096;
constexpr std::uint64_t devices = 61;
constexpr std::size_t log_value_bytes = 300;
constexpr std::uint64_t ids_known = 100'000;

struct Kind {
  EventClass event_class;
  const char* type;
};
/// Taken in turn, with the shares of a busy day.
constexpr std::array kinds{Kind{EventClass::billing, "session.updated"}, Kind{EventClass::state, "user.updated"},
                           Kind{EventClass::telemetry, "telemetry.readings"},
                           Kind{EventClass::billing, "session.ended"},
                           Kind{EventClass::safety, "load_management.raised"}};

model::Now now() {
  timespec boot{};
  ::clock_gettime(CLOCK_BOOTTIME, &boot);
  return {std::chrono::system_clock::now(),
          model::BootTime{std::chrono::seconds{boot.tv_sec} + std::chrono::nanoseconds{boot.tv_nsec}},
          model::TimeQuality::synced};
}

/// @param number rises by one from event to event
model::Event make_event(std::uint64_t number, const model::Now& at, const std::vector<std::string>& endpoints) {
  const Kind& kind = kinds[number % kinds.size()];
  model::Event event;
  event.id = model::make_id("evt_", {"queue", std::to_string(number)});
  event.type = kind.type;
  event.event_class = kind.event_class;
  event.partition_key = "charger/CP-" + std::to_string(100 + number / kinds.size() % devices);
  event.subject = event.partition_key + "/evse/1";
  if (kind.event_class == EventClass::telemetry) {
    event.subject = event.partition_key = "telemetry/" + endpoints[number / kinds.size() % endpoints.size()];
  }
  event.time = at.wall;
  event.time_quality = at.quality;
  event.data = R"({"note":""})";
  return event;
}

/// Numbers each class on from where its log ends.
class Queue {
 public:
  Queue(const std::string& folder, std::vector<std::string> endpoints) : endpoints_(std::move(endpoints)) {
    auto opened = journal::io::LmdbJournal::open({.folder = folder, .size_bytes = 0, .now = now(), .boot_uuid = {}});
    if (!opened) {
      std::fprintf(stderr, "%s\n", opened.error().message.c_str());
      std::exit(1);
    }
    journal_ = std::move(opened.value().journal);
    const journal::StoredState& state = opened.value().state;
    boot_ = state.boot;
    next_ = std::max<model::Sequence>(state.next_sequence, 1);
    for (std::size_t i = 0; i < ordinals_.size(); ++i) ordinals_[i] = state.logs[i].last_ordinal;
  }

  /// @param left how many are still to come, these among them
  void commit(std::uint64_t events, std::uint64_t left) {
    const auto at = now();
    const auto day = std::chrono::floor<std::chrono::days>(at.wall).time_since_epoch().count();
    journal::Batch batch;
    for (std::uint64_t i = 0; i < events; ++i, --left) {
      const auto added = record(at);
      batch.records.push_back(added);
      if (left > ids_known) continue;
      batch.ids.push_back({static_cast<std::uint32_t>(day), journal::id_hash(added->event.id), added->sequence,
                           journal::content_hash(added->event)});
    }
    const auto result = journal_->commit(batch);
    if (result.status == journal::CommitStatus::committed) return;
    std::fprintf(stderr, "%s\n", result.reason.c_str());
    std::exit(1);
  }

  void end() { journal_->mark_clean_stop(now()); }

 private:
  journal::RecordPtr record(const model::Now& at) {
    auto made = std::make_shared<journal::Record>();
    made->sequence = next_++;
    made->event = make_event(made->sequence, at, endpoints_);
    made->ordinal = ++ordinals_[static_cast<std::size_t>(made->event.event_class)];
    made->boot = boot_;
    made->boot_time = at.boot;
    made->recorded = at.wall;
    made->recorded_quality = at.quality;
    const auto bytes = journal::encode_record(*made, 1).size();
    if (bytes < log_value_bytes) made->event.data.insert(made->event.data.size() - 2, log_value_bytes - bytes, 'x');
    return made;
  }

  std::vector<std::string> endpoints_;
  std::unique_ptr<journal::io::LmdbJournal> journal_;
  std::uint32_t boot_ = 0;
  model::Sequence next_ = 0;
  std::array<model::Ordinal, model::event_class_count> ordinals_{};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "queue_events JOURNAL EVENTS ENDPOINT…\n");
    return 2;
  }
  Queue queue{argv[1], {argv + 3, argv + argc}};
  for (std::uint64_t left = std::strtoull(argv[2], nullptr, 10); left > 0;) {
    const auto events = std::min(left, batch_records);
    queue.commit(events, left);
    left -= events;
  }
  queue.end();
}
