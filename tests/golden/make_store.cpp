/// Makes the store that tests/golden/store-v1/ holds: some of everything that format 1 knows, written by the journal
/// itself, at times and with ids that are always the same.
///
///     golden-store FOLDER
///
/// The folder gets data.mdb, cut to the pages in use. It is made anew only where format 1 was wrong about itself before
/// it was frozen; after that a change that needs another file is a change of format.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/gateway_events.hpp"
#include "delivery/chain.hpp"
#include "journal/format/lmdb_page.hpp"
#include "journal/io/lmdb_journal.hpp"
#include "model/event_id.hpp"

namespace {

using namespace chargehook;
using journal::Batch;
using model::EventClass;
using model::Sequence;
using namespace std::chrono_literals;

constexpr std::uint64_t this_store = 0x90'1D'E2'57'04'E5'00'01;
constexpr std::uint64_t other_store = 0xA1;
constexpr Sequence before_first = 1'795'000'000'000'000;
constexpr model::WallTime opened_at{std::chrono::sys_days{std::chrono::year{2026} / 11 / 28}};
constexpr std::uint32_t receiver = 1;
constexpr std::uint32_t former = 2;
constexpr int telemetry_written = 261;
constexpr std::size_t telemetry_evicted = 258;  // beyond the first point of its chain

model::Now at(std::chrono::seconds since_opening) {
  return {opened_at + since_opening, model::BootTime{1h + since_opening}, model::TimeQuality::synced};
}

journal::io::OpenOptions options(const std::string& folder, std::chrono::seconds since_opening) {
  return {.folder = folder,
          .size_bytes = journal::io::store_bytes_min,
          .now = at(since_opening),
          .boot_uuid = {1, 2, 3},
          .store_id = this_store};
}

/// What is written, and how the streams of the endpoint `receiver` count it.
class Story {
 public:
  explicit Story(journal::io::LmdbJournal& journal) : journal_(journal) {}

  Sequence add(Batch& batch, EventClass event_class, const std::string& type, const std::string& subject,
               std::string data) {
    auto record = std::make_shared<journal::Record>();
    record->sequence = ++last_;
    record->ordinal = ++ordinals_[static_cast<std::size_t>(event_class)];
    record->boot = 1;
    record->boot_time = at(60s).boot;
    record->recorded = at(60s).wall;
    record->recorded_quality = model::TimeQuality::synced;
    auto& event = record->event;
    event.id = model::make_id("evt_", {"golden", std::to_string(last_)});
    event.type = type;
    event.subject = subject;
    event.partition_key = std::string{model::device_of(subject)};
    event.event_class = event_class;
    event.severity = event_class == EventClass::safety ? model::Severity::high : model::Severity::info;
    event.time = at(59s).wall;
    event.time_quality = model::TimeQuality::synced;
    event.data = std::move(data);
    batch.records.push_back(std::move(record));
    return last_;
  }

  /// At its start.
  static model::StreamRow stream(EventClass event_class, std::uint32_t generation = 1, bool is_former = false) {
    model::StreamRow row{{is_former ? former : receiver, event_class, generation}, "all", before_first, {}, false};
    row.cursor.sequence = before_first;
    row.cursor.hash =
        delivery::chain_start(delivery::stream_name(this_store, is_former ? "former" : "receiver", row.id));
    return row;
  }

  /// All records of its class in the batch up to a sequence are done. @return the points of the chain on that way
  static std::vector<model::ChainPoint> pass(model::StreamRow& row, const Batch& batch, Sequence up_to) {
    std::vector<model::ChainPoint> points;
    for (const auto& record : batch.records) {
      if (record->event.event_class != row.id.event_class || record->sequence > up_to) continue;
      row.cursor = {record->sequence, row.cursor.n + 1,
                    delivery::chain_next(row.cursor.hash, row.cursor.n + 1, record->event.id)};
      if (!model::has_chain_point(row.cursor.n)) continue;
      points.push_back({row.id, row.cursor.n, row.cursor.sequence, row.cursor.hash});
    }
    return points;
  }

  void commit(Batch batch) {
    const auto result = journal_.commit(batch);
    if (result.status != journal::CommitStatus::committed) throw std::runtime_error{result.reason};
  }

 private:
  journal::io::LmdbJournal& journal_;
  Sequence last_ = before_first;
  std::array<model::Ordinal, model::event_class_count> ordinals_{};
};

void add_payments(Story& story, Batch& batch) {
  for (int number = 1; number <= 6; ++number) {
    const std::string terminal = "terminal/T-" + std::to_string(number % 2 + 1);
    const auto sequence =
        story.add(batch, EventClass::billing, "payment.completed", terminal,
                  R"({"reference":"PSP-)" + std::to_string(number) + R"(","amount_minor":1250,"currency":"EUR"})");
    const auto& event = batch.records.back()->event;
    batch.ids.push_back({12, journal::id_hash(event.id), sequence, journal::content_hash(event)});
  }
}

void add_events(Story& story, Batch& batch) {
  add_payments(story, batch);
  for (int number = 1; number <= 3; ++number) {
    story.add(batch, EventClass::safety, number == 3 ? "fault.cleared" : "fault.raised", "charger/CP-07/evse/1",
              R"({"fault":"GroundFailure"})");
  }
  for (int number = 1; number <= 8; ++number) {
    const std::string note(number == 5 ? 6000 : 40, 'x');  // one has pages of its own
    story.add(batch, EventClass::state, "user.created", "user/U-" + std::to_string(number % 3),
              R"({"note":")" + note + "\"}");
  }
  for (int number = 1; number <= telemetry_written; ++number) {
    story.add(batch, EventClass::telemetry, "telemetry.readings", "telemetry/receiver",
              R"({"readings":[{"device":"grid","signal":"power","value":)" + std::to_string(number * 1000) + "}]}");
  }
}

/// The first of its stream, which the receiver has refused three times.
model::PendPut refused(const model::StreamId& stream, const journal::Record& record) {
  model::PendRow row;
  row.stream = stream;
  row.n = 1;
  row.sequence = record.sequence;
  row.key = model::key_hash(record.event.partition_key);
  row.refusals = {3, at(61s).wall, at(90s).wall, model::TimeQuality::synced, 422};
  row.before = Story::stream(stream.event_class).cursor.hash;
  return {stream, row.n, row};
}

core::GatewayEvents events_of_gateway() {
  journal::StoredState stored;
  stored.store_id = this_store;
  stored.boot = 1;
  return {stored, "0.1.0"};
}

/// Most of telemetry goes undelivered, and is told.
void add_eviction(Story& story, const Batch& first, model::StreamRow telemetry) {
  std::vector<journal::RecordPtr> records;
  for (const auto& record : first.records) {
    if (record->event.event_class == EventClass::telemetry) records.push_back(record);
  }
  const auto before = telemetry.cursor.hash;
  records.resize(telemetry_evicted);
  const auto points = Story::pass(telemetry, first, records.back()->sequence);
  journal::GapRow row{EventClass::telemetry,
                      records.front()->sequence,
                      records.back()->sequence,
                      1,
                      telemetry_evicted,
                      journal::GapReason::evicted,
                      {}};
  auto& notice = row.notices.emplace_back();
  notice.gap.stream = telemetry.id;
  notice.gap.ranges = {{1, telemetry_evicted, before, telemetry.cursor.hash}};
  for (const auto& record : records) add_lost_event(notice.gap, record->event, record->sequence);

  core::ConfigGeneration config;
  config.site.id = "test-depot";
  auto told = events_of_gateway().gap(at(120s), config, {row.reason, "receiver", notice.gap});
  Batch batch;
  notice.event = story.add(batch, EventClass::telemetry, std::string{model::gap_type}, told.subject, told.data);
  batch.gaps.push_back({row.event_class, row.from_sequence, row});
  batch.streams.push_back(telemetry);
  batch.points = points;
  batch.trims.push_back({EventClass::telemetry, row.to_sequence, telemetry_evicted});
  story.commit(std::move(batch));
}

/// An event that another store had first, and what is known of that store's.
void add_import(Story& story) {
  Batch batch;
  story.add(batch, EventClass::state, "user.created", "user/U-9", R"({"note":"carried by hand"})");
  auto imported = std::make_shared<journal::Record>(*batch.records.back());
  imported->boot = journal::boot_of_imported;
  imported->boot_time = {};
  imported->origin = journal::Origin{other_store, 17};
  batch.records.back() = std::move(imported);
  batch.imported.push_back({other_store, 5, 17});
  story.commit(std::move(batch));
}

void write(journal::io::LmdbJournal& journal) {
  Story story{journal};
  Batch first;
  first.kv = {{"config/endpoints/receiver", "1"}, {"config/endpoints/former", "2"}, {"golden/module", "its state"}};
  first.clock = model::LearnedClock{at(0s).wall.time_since_epoch() - at(0s).boot.time_since_epoch(),
                                    model::TimeQuality::synced, model::TimeSource::ntp, at(0s).boot};
  auto billing = Story::stream(EventClass::billing);
  auto safety = Story::stream(EventClass::safety);
  auto state = Story::stream(EventClass::state);
  const auto telemetry = Story::stream(EventClass::telemetry);
  auto gone = Story::stream(EventClass::state, 1, true);
  gone.filter = "user.*";
  gone.closed = true;
  first.streams = {billing, safety, state, telemetry, gone};
  add_events(story, first);
  story.commit(first);

  Batch cursors;
  Story::pass(billing, first, before_first + 2);
  Story::pass(safety, first, before_first + 9);
  cursors.streams = {billing, safety};
  cursors.pend.push_back(refused(billing.id, *first.records.front()));
  story.commit(std::move(cursors));
  add_eviction(story, first, telemetry);
  add_import(story);

  // A change of the filter: the second generation begins where the first was.
  Story::pass(state, first, before_first + 12);
  state.closed = true;
  auto next = Story::stream(EventClass::state, 2);
  next.start = next.cursor.sequence = state.cursor.sequence;
  Batch change;
  change.streams = {state, next};
  story.commit(std::move(change));
}

/// The two first pages and all that the newest of them counts.
void cut(const std::filesystem::path& file) {
  const auto pages = std::filesystem::file_size(file) / journal::lmdb_page_bytes;
  std::ifstream in{file, std::ios::binary};
  std::string head(2 * journal::lmdb_page_bytes, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  std::uint64_t last = 0;
  for (std::uint64_t number = 0; number < 2; ++number) {
    const auto page = std::string_view{head}.substr(number * journal::lmdb_page_bytes, journal::lmdb_page_bytes);
    last = std::max(last, journal::read_lmdb_meta(page, number, pages).value().last_page);
  }
  std::filesystem::resize_file(file, (last + 1) * journal::lmdb_page_bytes);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "golden-store FOLDER\n";
    return 2;
  }
  const std::string folder = argv[1];
  try {
    for (const auto opening : {0s, 3600s}) {
      auto opened = journal::io::LmdbJournal::open(options(folder, opening));
      if (!opened) throw std::runtime_error{opened.error().message};
      if (opened.value().state.created) write(*opened.value().journal);
      opened.value().journal->mark_clean_stop(at(opening + 600s));
    }
    cut(folder + "/data.mdb");
  } catch (const std::exception& problem) {
    std::cerr << "golden-store: " << problem.what() << '\n';
    return 1;
  }
  return 0;
}
