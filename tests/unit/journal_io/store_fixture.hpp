/// A store in a folder of its own, and batches for it.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "journal/io/lmdb_journal.hpp"

namespace chargehook::journal::io::test {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "chargehook-journal-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string store() const { return path_ + "/journal"; }
  [[nodiscard]] std::string file() const { return store() + "/data.mdb"; }

 private:
  std::string path_;
};

inline model::Now moment(std::int64_t seconds) {
  return {model::WallTime{std::chrono::seconds{1'700'000'000 + seconds}},
          model::BootTime{model::Nanoseconds{std::chrono::seconds{seconds}}}, model::TimeQuality::synced};
}

inline OpenOptions options(const TemporaryFolder& folder, std::uint64_t size_bytes = 8U << 20) {
  return {.folder = folder.store(), .size_bytes = size_bytes, .now = moment(0), .boot_uuid = {1, 2, 3}, .store_id = 77};
}

inline LmdbJournal::Opened open_store(const OpenOptions& how) {
  auto opened = LmdbJournal::open(how);
  INFO((opened ? std::string{} : opened.error().message));
  REQUIRE(opened.has_value());
  return std::move(opened).value();
}

/// The record of a sequence: the same each time it is asked for, of a size that follows from the sequence.
inline RecordPtr record(model::Sequence sequence, model::Ordinal ordinal,
                        model::EventClass event_class = model::EventClass::state, std::size_t data_bytes = 300) {
  auto made = std::make_shared<Record>();
  made->sequence = sequence;
  made->ordinal = ordinal;
  made->boot = 1;
  made->recorded = moment(5).wall;
  made->event.id = "evt_number_" + std::to_string(sequence);
  made->event.type = "type.number_" + std::to_string(sequence % 7);
  made->event.subject = "charger/CP-07/evse/1";
  made->event.partition_key = "charger/CP-07";
  made->event.event_class = event_class;
  made->event.time = moment(4).wall;
  made->event.data = std::string(data_bytes, static_cast<char>('a' + sequence % 26));
  return made;
}

/// `count` records of one class, the first with this sequence and ordinal.
inline Batch batch_from(model::Sequence first, int count, model::EventClass event_class = model::EventClass::state,
                        std::size_t data_bytes = 300) {
  Batch batch;
  for (int index = 0; index < count; ++index) {
    const auto number = first + static_cast<model::Sequence>(index);
    batch.records.push_back(record(number, number, event_class, data_bytes));
  }
  return batch;
}

inline Batch trim_of(model::Sequence up_to, std::uint32_t records_max = 2000,
                     model::EventClass event_class = model::EventClass::state) {
  Batch batch;
  batch.trims.push_back({event_class, up_to, records_max});
  return batch;
}

/// All records of a class, read in as many requests as it takes.
inline std::vector<RecordPtr> read_all(LmdbJournal& journal, model::EventClass event_class = model::EventClass::state,
                                       std::vector<model::Sequence>* damaged = nullptr) {
  std::vector<RecordPtr> all;
  for (ReadRequest request{.event_class = event_class};;) {
    const ReadResult result = journal.read(request);
    REQUIRE(result.reason == "");
    if (result.last == request.after) return all;
    request.after = result.last;
    all.insert(all.end(), result.records.begin(), result.records.end());
    if (damaged != nullptr) damaged->insert(damaged->end(), result.damaged.begin(), result.damaged.end());
  }
}

}  // namespace chargehook::journal::io::test
