#include "journal/verify/salvage.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "journal/format/bytes.hpp"
#include "journal/format/endpoint_key.hpp"
#include "journal/format/nmap_row.hpp"
#include "journal/format/pend_row.hpp"
#include "journal/format/record.hpp"
#include "journal/format/sealed_value.hpp"
#include "journal/new_identity.hpp"
#include "journal/sequence_end.hpp"

namespace chargehook::journal {
namespace {

/// No file holds more; a count beyond it is no count.
constexpr std::uint64_t rows_max = std::uint64_t{1} << 32;

bool verifies(std::string_view database, std::string_view key, std::string_view value) {
  return unseal(database, key, value).has_value();
}

}  // namespace

bool Salvage::take(std::string_view key, std::string_view value, Found found, std::uint32_t page, std::uint32_t entry) {
  RecordPlace place{.page = page, .entry = entry, .found = found};
  const bool is_ours = take_record(key, value, place) || take_kv(key, value, found) || take_stream(key, value, found) ||
                       take_pend(key, value, found) || take_boot(key, value) || take_type(key, value, found) ||
                       take_meta(key, value, found) || take_imported(key, value, found) || take_id(key, value, found) ||
                       take_gap(key, value, found) || decode_nmap(key, value).has_value();
  if (is_ours) ++rows_;
  return is_ours;
}

bool Salvage::take_meta(std::string_view key, std::string_view value, Found found) {
  if (!verifies(database::meta, key, value)) return false;
  if (const auto number = decode_meta_number(key, value)) {
    if (key == meta_key::store_id && (found == Found::in_place || store_id_ == 0)) store_id_ = number.value();
    if (key == meta_key::format && number.value() > store_format) newer_format_ = number.value();
    if (key == meta_key::next_sequence_min) next_sequence_min_ = std::max(next_sequence_min_, number.value());
    return true;
  }
  if (key == meta_key::origins) {
    if (auto origins = decode_origins(value); origins && origins.value().size() > origins_.size()) {
      origins_ = std::move(origins).value();
    }
    return true;
  }
  for (const auto event_class : model::all_event_classes) {
    if (key != meta_key::floor(event_class)) continue;
    const auto floor = decode_floor(event_class, value);
    if (!floor) continue;
    Floor& known = floors_[model::index_of(event_class)];
    if (floor.value().sequence > known.sequence) known = floor.value();
    if (found == Found::in_place) floors_in_place_[model::index_of(event_class)] = floor.value();
  }
  return true;
}

void Salvage::take_table(std::string_view name, std::uint64_t rows) {
  for (std::size_t index = 0; index < database::logs.size(); ++index) {
    if (name == database::logs[index] && rows <= rows_max) rows_of_logs_[index] = rows;
  }
  if (name == database::pend) rows_of_pend_ = rows;
}

bool Salvage::take_boot(std::string_view key, std::string_view value) {
  if (key.size() != sizeof(std::uint32_t)) return false;
  const auto index = static_cast<std::uint32_t>(big_endian(key));
  const auto row = decode_boot(index, value);
  if (row && !boots_[index].clean_stop) boots_[index] = row.value();  // the mark of its end comes last
  return row.has_value();
}

/// A number that a crash gave back may have been given to another text: what the newest state says counts, and where
/// that is lost two texts are none.
bool Salvage::take_type(std::string_view key, std::string_view value, Found found) {
  if (key.size() != sizeof(std::uint32_t)) return false;
  const auto id = static_cast<std::uint32_t>(big_endian(key));
  auto text = decode_type(id, value);
  if (!text) return false;
  if (found == Found::in_place) {
    types_.insert_or_assign(id, std::move(text).value());
    types_in_place_.insert(id);
  } else if (!types_in_place_.contains(id) && !types_.emplace(id, text.value()).second && types_[id] != text.value()) {
    doubtful_types_.insert(id);
  }
  return true;
}

bool Salvage::take_stream(std::string_view key, std::string_view value, Found found) {
  auto row = decode_stream(key, value);
  if (!row) return false;
  if (found == Found::in_place) cursors_in_place_[row.value().id] = row.value().cursor.sequence;
  const auto [known, is_new] = streams_.try_emplace(std::string{key}, row.value());
  if (is_new) return true;
  known->second.closed |= row.value().closed;
  if (row.value().cursor.sequence > known->second.cursor.sequence) known->second.cursor = row.value().cursor;
  return true;
}

bool Salvage::take_pend(std::string_view key, std::string_view value, Found found) {
  const auto row = decode_pend(key, value);
  if (!row) return false;
  const auto lower = [&](model::Sequence& lowest) {
    lowest = lowest == 0 ? row.value().sequence : std::min(lowest, row.value().sequence);
  };
  PendFound& known = pend_[row.value().stream];
  lower(known.anywhere);
  if (found == Found::in_place) {
    lower(known.in_place);
    ++pend_in_place_;
  }
  return true;
}

bool Salvage::take_kv(std::string_view key, std::string_view value, Found found) {
  auto content = decode_kv(key, value);
  if (!content) return false;
  if (found == Found::in_place || key.starts_with(endpoint_owner)) {
    kv_.insert_or_assign(std::string{key}, std::move(content).value());
  }
  return true;
}

bool Salvage::take_imported(std::string_view key, std::string_view value, Found found) {
  const auto row = decode_imported(key, value);
  if (row && found == Found::in_place && !is_end_doubtful_) imported_.add(row.value());
  return row.has_value();
}

bool Salvage::take_gap(std::string_view key, std::string_view value, Found found) {
  auto row = decode_gap(key, value);
  if (!row) return false;
  if (found == Found::in_place) gaps_.push_back(std::move(row).value());
  return true;
}

/// What a row says of an id holds for as long as its record is there, wherever the row is found.
bool Salvage::take_id(std::string_view key, std::string_view value, Found found) {
  const auto row = decode_id(key, value);
  if (!row) return false;
  if (found == Found::in_place) {
    ids_.insert_or_assign(std::string{key}, row.value());
  } else {
    ids_.try_emplace(std::string{key}, row.value());
  }
  return true;
}

bool Salvage::take_record(std::string_view key, std::string_view value, RecordPlace place) {
  if (key.size() != sizeof(model::Sequence)) return false;
  place.sequence = big_endian(key);
  for (const auto event_class : model::all_event_classes) {
    place.event_class = event_class;
    if (!verifies(database::log(place.event_class), key, value)) continue;
    const auto record = decode_record(place.event_class, place.sequence, value, {});
    if (!record) return true;
    place.boot = record.value().boot;
    Last& last = last_in_place_[model::index_of(event_class)];
    place.ordinal = record.value().ordinal;
    if (place.found == Found::in_place && place.ordinal > last.ordinal) last = {place.sequence, place.ordinal};
    records_.push_back(place);
    return true;
  }
  return false;
}

/// Known where the newest state counts as many records as there are from its floor to the last one found in place:
/// where the two contradict each other, the page of the last ones is damaged, or is an older state of itself.
std::optional<model::Sequence> Salvage::end_of(std::size_t event_class) const {
  const auto& floor = floors_in_place_[event_class];
  const auto& rows = rows_of_logs_[event_class];
  if (is_end_doubtful_ || !floor || !rows) return std::nullopt;
  const Last& found = last_in_place_[event_class];
  const Last last = found.ordinal == 0 ? Last{floor->sequence, floor->ordinal} : found;
  if (last.ordinal != floor->ordinal + *rows) return std::nullopt;
  return last.sequence;
}

/// Trimmed; or written and never committed, since the log of the newest state does not go so far.
bool Salvage::is_gone(const RecordPlace& record) const {
  const auto index = static_cast<std::size_t>(record.event_class);
  const bool is_uncommitted = ends_[index] && record.sequence > *ends_[index];
  return record.sequence <= floors_[index].sequence || is_uncommitted;
}

void Salvage::settle() {
  for (std::size_t index = 0; index < ends_.size(); ++index) ends_[index] = end_of(index);
  std::erase_if(records_, [this](const RecordPlace& record) { return is_gone(record); });
  // A sequence that a crash gave back was given again in a later boot.
  std::ranges::sort(records_, [](const RecordPlace& a, const RecordPlace& b) {
    return std::tuple{a.sequence, a.found, b.boot} < std::tuple{b.sequence, b.found, a.boot};
  });
  const auto same = [](const RecordPlace& a, const RecordPlace& b) { return a.sequence == b.sequence; };
  records_.erase(std::unique(records_.begin(), records_.end(), same), records_.end());
  records_.shrink_to_fit();
}

/// Each sequence was a record's, so no more of them can be lost than there were records.
model::Sequence Salvage::leap() const {
  const bool is_known = std::ranges::all_of(ends_, [](const auto& end) { return end.has_value(); });
  if (is_known) return 0;
  model::Sequence records = 0;
  for (const auto& rows : rows_of_logs_) records += rows.value_or(0);
  return sequence_leap + records;
}

model::Sequence Salvage::next_sequence() const {
  model::Sequence last = records_.empty() ? 0 : records_.back().sequence;
  for (const Floor& floor : floors_) last = std::max(last, floor.sequence);
  for (const auto& [key, stream] : streams_) last = std::max(last, stream.cursor.sequence);
  const model::Sequence next = std::max(next_sequence_min_, last == 0 ? 0 : last + 1);
  return next == 0 ? 0 : next + leap();
}

const std::string* Salvage::type_text(std::uint32_t id) const {
  const auto found = types_.find(id);
  return found == types_.end() || doubtful_types_.contains(id) ? nullptr : &found->second;
}

/// Ordinals have no holes: between two records as many are missing as their ordinals skip.
std::vector<Hole> Salvage::holes(model::EventClass event_class) const {
  const auto index = static_cast<std::size_t>(event_class);
  std::vector<Hole> all;
  Last before{floors_[index].sequence, floors_[index].ordinal};
  for (const auto& record : records_) {
    if (record.event_class != event_class || record.ordinal <= before.ordinal) continue;
    const Hole hole{before.sequence + 1, record.sequence - 1, before.ordinal + 1, record.ordinal - 1};
    if (record.ordinal > before.ordinal + 1) all.push_back(hole);
    before = {record.sequence, record.ordinal};
  }
  const auto& floor = floors_in_place_[index];
  const auto& rows = rows_of_logs_[index];
  const model::Ordinal last = floor && rows && !is_end_doubtful_ ? floor->ordinal + *rows : 0;
  if (last > before.ordinal) all.push_back({before.sequence + 1, next_sequence() - 1, before.ordinal + 1, last});
  return all;
}

/// A record of which nothing tells the boot any more gets a row that says nothing.
BootRows Salvage::boots() const {
  BootRows boots = boots_;
  for (const auto& record : records_) {
    if (record.boot != boot_of_imported && !is_boot_known(boots_, record.boot)) boots.try_emplace(record.boot);
  }
  return boots;
}

/// Where the newest state has the cursor and all its rows of `pend`, other rows name what has been done since. A cursor
/// of a commit that never was has passed what only rows of that commit name.
model::Sequence Salvage::resume_at(const model::StreamRow& stream) const {
  const auto found = pend_.find(stream.id);
  if (found == pend_.end()) return stream.cursor.sequence;
  const auto cursor = cursors_in_place_.find(stream.id);
  const bool is_newest = cursor != cursors_in_place_.end() && cursor->second == stream.cursor.sequence;
  const bool is_whole = !is_end_doubtful_ && is_newest && rows_of_pend_ == pend_in_place_;
  const model::Sequence lowest = is_whole ? found->second.in_place : found->second.anywhere;
  return lowest == 0 ? stream.cursor.sequence : std::min(stream.cursor.sequence, lowest - 1);
}

std::vector<model::StreamRow> Salvage::streams(std::uint64_t store_id, model::Sequence first_new,
                                               const Counting& counting) const {
  const auto names = endpoint_names(kv_);
  std::vector<model::StreamRow> rows;
  for (const auto& [key, old] : streams_) {
    const auto name = names.find(old.id.endpoint);
    if (old.closed || name == names.end()) continue;
    const auto done = std::ranges::upper_bound(records_, resume_at(old), {}, &RecordPlace::sequence);
    const auto carried = static_cast<model::Sequence>(done - records_.begin());
    rows.push_back(begin_again(old, name->second, store_id, first_new + carried - 1, counting));
  }
  return rows;
}

}  // namespace chargehook::journal
