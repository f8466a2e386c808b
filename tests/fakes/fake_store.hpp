/// A store in memory that keeps what a real one would: for tests of what decides, without a disk.
#pragma once

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <vector>

#include "journal/batch.hpp"
#include "journal/stored_state.hpp"

namespace chargehook::fakes {

class FakeStore {
 public:
  journal::CommitResult commit(const journal::Batch& batch) {
    for (const auto& record : batch.records) {
      auto& log = state_.logs[static_cast<std::size_t>(record->event.event_class)];
      log.last_sequence = record->sequence;
      log.last_ordinal = record->ordinal;
      state_.next_sequence = record->sequence + 1;
      records_.push_back(record);
    }
    for (const auto& put : batch.kv) put.value ? void(state_.kv[put.key] = *put.value) : void(state_.kv.erase(put.key));
    if (batch.clock) rows_.back().learned = batch.clock;
    for (const auto& row : batch.streams) streams_[row.id] = row;
    for (const auto& put : batch.pend) {
      const std::pair place{put.stream, put.n};
      put.row ? void(pend_[place] = *put.row) : void(pend_.erase(place));
    }
    for (const auto& point : batch.points) points_[{point.stream, point.n}] = point;
    for (const auto& put : batch.gaps) {
      const std::pair place{put.event_class, put.from_sequence};
      put.row ? void(gaps_[place] = *put.row) : void(gaps_.erase(place));
    }
    for (const auto& put : batch.imported) {
      const std::pair place{put.store_id, put.from};
      put.to ? void(imported_[place] = *put.to) : void(imported_.erase(place));
    }
    for (const auto& row : batch.old_ids) std::erase(state_.ids, row);
    std::ranges::copy(batch.ids, std::back_inserter(state_.ids));
    journal::CommitResult result{batch.id, journal::CommitStatus::committed, usage, {}, {}};
    for (const auto& trim : batch.trims) result.trimmed.push_back(this->trim(trim));
    return result;
  }

  [[nodiscard]] journal::ReadResult read(const journal::ReadRequest& request) const {
    journal::ReadResult result{request.id, {}, {}, request.after, {}};
    for (const auto& record : records_) {
      if (record->event.event_class != request.event_class || record->sequence <= request.after) continue;
      if (result.records.size() == request.records_max) break;
      result.last = record->sequence;
      if (damaged_.contains(record->sequence)) {
        result.damaged.push_back(record->sequence);
        continue;
      }
      result.records.push_back(record);
    }
    return result;
  }

  /// What the next start finds.
  [[nodiscard]] journal::StoredState opened() {
    auto state = state_;
    state.store_id = 0x9f3c5a0b11d2e347;
    state.created = boots_ == 0;
    state.boot = ++boots_;
    rows_.push_back({boots_, machine_boot_, std::nullopt});
    state.boots = rows_;
    state.newest_known = newest_known_;
    state.usage = usage;
    for (const auto& [id, row] : streams_) state.streams.push_back(row);
    for (const auto& [place, row] : pend_) state.pend.push_back(row);
    for (const auto& [place, row] : gaps_) state.gaps.push_back(row);
    for (const auto& [place, to] : imported_) state.imported.push_back({place.first, place.second, to});
    return state;
  }

  [[nodiscard]] const std::map<std::pair<model::EventClass, model::Sequence>, journal::GapRow>& gaps() const {
    return gaps_;
  }

  /// Its bytes are not those that were written.
  void damage(model::Sequence sequence) { damaged_.insert(sequence); }
  void put(const journal::GapRow& row) { gaps_[{row.event_class, row.from_sequence}] = row; }
  void come_from(const journal::StoreOrigin& origin) { state_.origins.push_back(origin); }

  journal::Usage usage{100'000, 10, {}};  ///< what each commit and each opening tells
  /// The machine starts again: its boot time has nothing to do with the one before.
  void reboot() { ++machine_boot_[0]; }
  void set_newest_known(model::WallTime time) { newest_known_ = time; }
  [[nodiscard]] const std::vector<model::Opening>& boots() const { return rows_; }
  [[nodiscard]] const std::map<std::string, std::string>& kv() const { return state_.kv; }

  [[nodiscard]] const std::vector<journal::RecordPtr>& records() const { return records_; }
  [[nodiscard]] const std::map<model::StreamId, model::StreamRow>& streams() const { return streams_; }
  [[nodiscard]] const std::map<std::pair<model::StreamId, std::uint64_t>, model::PendRow>& pend() const {
    return pend_;
  }
  [[nodiscard]] const std::map<std::pair<model::StreamId, std::uint64_t>, model::ChainPoint>& points() const {
    return points_;
  }

 private:
  journal::Trimmed trim(const journal::Trim& wanted) {
    auto& log = state_.logs[static_cast<std::size_t>(wanted.event_class)];
    journal::Trimmed done{wanted.event_class, log.floor_sequence, log.floor_ordinal, 0};
    std::erase_if(records_, [&](const auto& record) {
      const bool goes = record->event.event_class == wanted.event_class && record->sequence <= wanted.up_to &&
                        done.records < wanted.records_max;
      if (!goes) return false;
      ++done.records;
      log.floor_sequence = done.floor_sequence = record->sequence;
      log.floor_ordinal = done.floor_ordinal = record->ordinal;
      return true;
    });
    trim_points(wanted.event_class, done.floor_sequence);
    return done;
  }

  /// Of each stream the newest below the floor stays.
  void trim_points(model::EventClass event_class, model::Sequence floor) {
    for (auto it = points_.begin(); it != points_.end();) {
      const auto next = std::next(it);
      const bool is_newest = next == points_.end() || next->second.stream != it->second.stream;
      const bool goes = it->second.stream.event_class == event_class && !is_newest && next->second.sequence <= floor;
      it = goes ? points_.erase(it) : next;
    }
  }

  std::map<std::pair<model::EventClass, model::Sequence>, journal::GapRow> gaps_;
  std::map<std::pair<std::uint64_t, model::Sequence>, model::Sequence> imported_;
  std::set<model::Sequence> damaged_;
  journal::StoredState state_;
  std::uint32_t boots_ = 0;
  model::BootUuid machine_boot_{1};
  std::vector<model::Opening> rows_;
  model::WallTime newest_known_;
  std::vector<journal::RecordPtr> records_;
  std::map<model::StreamId, model::StreamRow> streams_;
  std::map<std::pair<model::StreamId, std::uint64_t>, model::PendRow> pend_;
  std::map<std::pair<model::StreamId, std::uint64_t>, model::ChainPoint> points_;
};

}  // namespace chargehook::fakes
