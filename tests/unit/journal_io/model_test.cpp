#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <random>

#include "store_fixture.hpp"

namespace chargehook::journal::io {
namespace {

using test::moment;
using test::open_store;
using test::options;
using test::TemporaryFolder;

/// What a store should hold, in the plainest way there is.
struct Model {
  struct Log {
    std::deque<RecordPtr> records;
    ClassLog ends;
  };
  std::array<Log, model::event_class_count> logs;
  std::map<std::string, std::string> kv;
  std::map<model::StreamId, model::StreamRow> streams;
  model::Sequence next_sequence = 0;

  Log& log(model::EventClass event_class) { return logs[static_cast<std::size_t>(event_class)]; }

  void apply(const Batch& batch) {
    for (const Trim& trim : batch.trims) cut(trim);
    for (const KvPut& put : batch.kv) {
      kv.erase(put.key);
      if (put.value) kv.emplace(put.key, *put.value);
    }
    for (const model::StreamRow& row : batch.streams) streams[row.id] = row;
    for (const RecordPtr& record : batch.records) {
      Log& to = log(record->event.event_class);
      to.records.push_back(record);
      to.ends.last_sequence = record->sequence;
      to.ends.last_ordinal = record->ordinal;
      next_sequence = record->sequence + 1;
    }
  }

  void cut(const Trim& trim) {
    Log& from = log(trim.event_class);
    for (std::uint32_t count = 0; count < trim.records_max && !from.records.empty(); ++count) {
      const RecordPtr head = from.records.front();
      if (head->sequence > trim.up_to) return;
      from.ends.floor_sequence = head->sequence;
      from.ends.floor_ordinal = head->ordinal;
      from.records.pop_front();
    }
  }
};

/// A store and its model under the same random operations.
class Pair {
 public:
  explicit Pair(std::uint64_t seed) : random_(seed) { open(); }

  void step() {
    switch (below(12)) {
      case 0:
        if (below(2) == 0) opened_.journal->mark_clean_stop(moment(1));
        return open();
      case 1:
        return reopen();
      case 2:
      case 3:
        return read();
      default:
        return commit();
    }
  }

  void compare_all() { open(); }
  [[nodiscard]] int refusals() const { return refusals_; }

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  model::EventClass any_class() { return static_cast<model::EventClass>(below(model::event_class_count)); }

  void open() {
    opened_.journal.reset();
    opened_ = open_store(options(folder_, store_bytes_min));
    const StoredState& state = opened_.state;
    REQUIRE(state.next_sequence == model_.next_sequence);
    REQUIRE(state.kv == model_.kv);
    REQUIRE(state.streams.size() == model_.streams.size());
    for (const model::StreamRow& row : state.streams) REQUIRE(row == model_.streams.at(row.id));
    for (std::size_t index = 0; index < model_.logs.size(); ++index) {
      const ClassLog& expected = model_.logs[index].ends;
      REQUIRE(state.logs[index].last_sequence == expected.last_sequence);
      REQUIRE(state.logs[index].last_ordinal == expected.last_ordinal);
      REQUIRE(state.logs[index].floor_sequence == expected.floor_sequence);
      REQUIRE(state.logs[index].floor_ordinal == expected.floor_ordinal);
    }
  }

  void reopen() {
    const ReopenResult result = opened_.journal->reopen();
    REQUIRE(result.open);
    REQUIRE(result.last_sequence == (model_.next_sequence == 0 ? 0 : model_.next_sequence - 1));
  }

  void read() {
    const model::EventClass event_class = any_class();
    const model::Sequence after = below(model_.next_sequence + 3);
    const ReadResult result = opened_.journal->read(
        {.event_class = event_class, .after = after, .records_max = static_cast<std::uint32_t>(1 + below(40))});
    const auto& records = model_.log(event_class).records;
    auto expected = std::upper_bound(records.begin(), records.end(), after,
                                     [](auto sequence, const auto& record) { return sequence < record->sequence; });
    REQUIRE(result.damaged.empty());
    REQUIRE(result.records.empty() == (expected == records.end()));
    for (const RecordPtr& record : result.records) REQUIRE(*record == **expected++);
    REQUIRE(result.last == (result.records.empty() ? after : result.records.back()->sequence));
  }

  void add_records(Batch& batch) {
    model::Sequence next = std::max<model::Sequence>(model_.next_sequence, 1);
    std::array<model::Ordinal, model::event_class_count> ordinals{};
    for (std::uint64_t count = below(30); count > 0; --count, next += 1 + below(3)) {
      const model::EventClass event_class = any_class();
      const auto index = static_cast<std::size_t>(event_class);
      if (ordinals[index] == 0) ordinals[index] = model_.logs[index].ends.last_ordinal;
      const std::size_t data_bytes = below(9) == 0 ? 20'000 + below(40'000) : below(600);
      batch.records.push_back(test::record(next, ++ordinals[index], event_class, data_bytes));
    }
  }

  void add_rows(Batch& batch) {
    for (std::uint64_t count = below(4); count > 0; --count) {
      KvPut put{"rules/" + std::to_string(below(20)), std::nullopt};
      if (below(3) != 0) put.value = std::string(below(2'000), 'v');
      batch.kv.push_back(std::move(put));
    }
    for (std::uint64_t count = below(3); count > 0; --count) {
      model::StreamRow row{{static_cast<std::uint32_t>(below(5)), any_class(), 1}, "all", below(9), {}, below(2) == 0};
      row.cursor = {below(std::max<model::Sequence>(model_.next_sequence, 1)), random_(), {}};
      row.cursor.hash[0] = static_cast<std::uint8_t>(below(256));
      if (std::none_of(batch.streams.begin(), batch.streams.end(), [&](auto& other) { return other.id == row.id; })) {
        batch.streams.push_back(row);
      }
    }
  }

  void commit() {
    Batch batch;
    batch.id = BatchId{random_()};
    if (below(4) != 0) add_records(batch);
    add_rows(batch);
    if (below(8) == 0) {
      batch.trims.push_back({any_class(), below(model_.next_sequence + 1), static_cast<std::uint32_t>(below(200))});
    }
    const CommitResult result = opened_.journal->commit(batch);
    REQUIRE(result.id == batch.id);
    if (result.status == CommitStatus::committed) return model_.apply(batch);
    REQUIRE(result.status == CommitStatus::map_full);
    ++refusals_;
    drain();
  }

  void drain() {
    Batch batch;
    for (int index = 0; index < model::event_class_count; ++index) {
      batch.trims.push_back({static_cast<model::EventClass>(index), model_.next_sequence / 3 * 2, 2'000});
    }
    REQUIRE(opened_.journal->commit(batch).status == CommitStatus::committed);
    model_.apply(batch);
  }

  const TemporaryFolder folder_;
  std::mt19937_64 random_;
  Model model_;
  LmdbJournal::Opened opened_;
  int refusals_ = 0;
};

TEST_CASE("under random operations a store holds what a plain model of it holds") {
  int refusals = 0;
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    Pair pair{seed};
    for (int step = 0; step < 250; ++step) {
      CAPTURE(step);
      pair.step();
    }
    pair.compare_all();
    refusals += pair.refusals();
  }
  CHECK(refusals > 3);  // the map is small enough to have been full
}

}  // namespace
}  // namespace chargehook::journal::io
