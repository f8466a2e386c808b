#include "journal/verify/store_walk.hpp"

#include <algorithm>
#include <utility>

#include "journal/format/bytes.hpp"
#include "journal/format/endpoint_key.hpp"
#include "journal/format/gap_row.hpp"
#include "journal/format/id_row.hpp"
#include "journal/format/nmap_row.hpp"
#include "journal/format/pend_row.hpp"
#include "journal/format/record.hpp"
#include "journal/format/sealed_value.hpp"
#include "model/event_id.hpp"

namespace chargehook::journal {
namespace {

std::string place(std::string_view database, std::string_view key) {
  return std::string{database} + " " + printable_key(key);
}

/// What a decoder says without the place, which it begins with.
std::string without_place(const model::Error& error, const std::string& where) {
  const std::string prefix = where + ": ";
  return error.message.starts_with(prefix) ? error.message.substr(prefix.size()) : error.message;
}

bool is_number(std::string_view key) {
  return key == meta_key::format || key == meta_key::min_reader || key == meta_key::store_id ||
         key == meta_key::next_sequence_min;
}

std::string name_of(const model::StreamRow& row) { return place(database::streams, stream_key(row.id)); }

}  // namespace

void StoreWalk::add_row(const model::Error& error) { findings_.add({Harm::row, {}, error.message}); }

void StoreWalk::add_row(std::string where, std::string what) {
  findings_.add({Harm::row, std::move(where), std::move(what)});
}

void StoreWalk::add_numbers(std::string where, std::string what) {
  findings_.add({Harm::numbers, std::move(where), std::move(what)});
}

void StoreWalk::take_meta(std::string_view key, std::string_view value) {
  ++rows_seen_;
  meta_seen_.emplace(key);
  if (is_number(key)) {
    const auto number = decode_meta_number(key, value);
    if (!number) return add_row(number.error());
    if (key == meta_key::store_id) store_id_ = number.value();
    if (key == meta_key::next_sequence_min) next_sequence_min_ = number.value();
    return;
  }
  for (const auto event_class : model::all_event_classes) {
    if (key != meta_key::floor(event_class)) continue;
    const auto floor = decode_floor(event_class, value);
    if (!floor) return add_row(floor.error());
    return take_floor(event_class, floor.value());
  }
  if (const auto sound = unseal(database::meta, key, value); !sound) add_row(sound.error());
}

void StoreWalk::take_boot(std::string_view key, std::string_view value) {
  ++rows_seen_;
  if (key.size() != sizeof(std::uint32_t)) return add_row(place(database::boots, key), "the key has another length");
  const auto index = static_cast<std::uint32_t>(big_endian(key));
  const auto row = decode_boot(index, value);
  if (row) {
    boots_.emplace(index, row.value());
  } else {
    unreadable_boots_.insert(index);
    findings_.add({Harm::value, {}, row.error().message});
  }
}

void StoreWalk::take_type(std::string_view key, std::string_view value) {
  ++rows_seen_;
  if (key.size() != sizeof(std::uint32_t)) return add_row(place(database::types, key), "the key has another length");
  const auto id = static_cast<std::uint32_t>(big_endian(key));
  auto text = decode_type(id, value);
  if (!text) return add_row(text.error());
  types_.emplace(id, std::move(text).value());
}

void StoreWalk::take_stream(std::string_view key, std::string_view value) {
  ++rows_seen_;
  auto row = decode_stream(key, value);
  if (!row) {
    unreadable_streams_.emplace(key);
    return add_row(row.error());
  }
  rows_.push_back(std::move(row).value());
}

void StoreWalk::take_pend(std::string_view key, std::string_view value) {
  ++rows_seen_;
  const auto row = decode_pend(key, value);
  if (!row) return add_row(row.error());
  pend_.push_back(row.value());
}

/// Nothing but the count of its stream depends on it: one that cannot be read is no reason to leave the store.
void StoreWalk::take_nmap(std::string_view key, std::string_view value) {
  ++rows_seen_;
  const auto point = decode_nmap(key, value);
  if (!point) return findings_.add({Harm::value, {}, point.error().message});
  points_[point.value().stream].push_back(point.value());
}

void StoreWalk::take_gap(std::string_view key, std::string_view value) {
  ++rows_seen_;
  if (const auto row = decode_gap(key, value); !row) add_row(row.error());
}

/// Rows of the same store that touch would have been one.
void StoreWalk::take_imported(std::string_view key, std::string_view value) {
  ++rows_seen_;
  const auto row = decode_imported(key, value);
  if (!row) return add_row(row.error());
  if (imported_.touches(row.value())) add_numbers(place(database::imported, key), "touches the row before it");
  imported_.add(row.value());
}

void StoreWalk::take_id(std::string_view key, std::string_view value) {
  ++rows_seen_;
  if (const auto row = decode_id(key, value); !row) add_row(row.error());
}

void StoreWalk::take_kv(std::string_view key, std::string_view value) {
  ++rows_seen_;
  const auto content = decode_kv(key, value);
  if (!content) return add_row(content.error());
  if (!key.starts_with(endpoint_owner)) return;
  const auto number = endpoint_number(content.value());
  if (!number) return add_row(place(database::kv, key), "is not the number of an endpoint");
  endpoint_names_.emplace(*number, key.substr(endpoint_owner.size()));
}

void StoreWalk::tables_done() {
  judge_meta();
  judge_ends();
  judge_streams();
  judge_points();
  judge_pend();
}

void StoreWalk::judge_meta() {
  std::vector<std::string> needed{std::string{meta_key::format}, std::string{meta_key::min_reader},
                                  std::string{meta_key::store_id}, std::string{meta_key::created},
                                  std::string{meta_key::next_sequence_min}};
  for (const auto event_class : model::all_event_classes) {
    needed.push_back(meta_key::floor(event_class));
  }
  for (const auto& key : needed) {
    if (!meta_seen_.contains(key)) add_row(place(database::meta, key), "is missing");
  }
}

/// Where nobody can say which sequence is next, no record is beyond it.
void StoreWalk::judge_ends() {
  const auto next = next_sequence(next_sequence_min_, ends_);
  next_sequence_ = next ? next.value() : UINT64_MAX;
  if (!next) findings_.add({Harm::structure, {}, next.error().message});
}

void StoreWalk::judge_streams() {
  std::set<std::pair<std::uint32_t, model::EventClass>> open;
  for (const auto& row : rows_) {
    if (row.cursor.sequence >= std::max<model::Sequence>(next_sequence_, 1)) {
      // Records that it has passed hang in no tree any more, and it would pass those that get their sequences.
      findings_.add({Harm::structure, name_of(row),
                     "has its cursor at " + std::to_string(row.cursor.sequence) + ", beyond the end of all logs"});
      continue;
    }
    if (row.cursor.sequence < row.start) {
      add_numbers(name_of(row), "has its cursor at " + std::to_string(row.cursor.sequence) + ", before its start");
      continue;
    }
    if (!row.closed && !open.emplace(row.id.endpoint, row.id.event_class).second) {
      add_numbers(name_of(row), "is open beside another generation of its endpoint and class");
    }
    const auto name = endpoint_names_.find(row.id.endpoint);
    if (name == endpoint_names_.end()) {
      add_numbers(name_of(row), "belongs to an endpoint without a name");
      continue;
    }
    recounts_.emplace_back(row, counting_.matcher(row, name->second), counting_.begin(store_id_, name->second, row.id));
  }
}

void StoreWalk::add_point(const model::ChainPoint& point, std::string what) {
  add_numbers(place(database::nmap, nmap_key(point.stream, point.n)), std::move(what));
}

bool StoreWalk::is_known(const model::StreamId& stream) const {
  return std::ranges::find(rows_, stream, &model::StreamRow::id) != rows_.end() ||
         unreadable_streams_.contains(stream_key(stream));
}

/// Nothing where the stream's row is wrong itself, which is said of the stream.
StreamRecount* StoreWalk::recount_of(const model::StreamId& stream) {
  const auto same = std::ranges::find_if(recounts_, [&](const auto& one) { return one.row().id == stream; });
  return same == recounts_.end() ? nullptr : &*same;
}

/// Of a stream that is not there the first point stands for all.
void StoreWalk::judge_points() {
  const auto wrong = [this](const model::ChainPoint& point, std::string what) { add_point(point, std::move(what)); };
  while (!points_.empty()) {
    const auto of_one = points_.extract(points_.begin());  // never two copies of all
    if (auto* recount = recount_of(of_one.key())) {
      recount->expect(of_one.mapped(), wrong);
    } else if (!is_known(of_one.key())) {
      add_point(of_one.mapped().front(), "belongs to no stream");
    }
  }
  for (auto& one : recounts_) one.miss(0, log(one.row().id.event_class).floor.sequence, wrong);
}

void StoreWalk::add_pend(const model::PendRow& row, std::string what) {
  add_numbers(place(database::pend, pend_key(row.stream, row.n)), std::move(what));
}

void StoreWalk::judge_pend() {
  const auto wrong = [this](const model::PendRow& row, std::string what) { add_pend(row, std::move(what)); };
  for (const auto& row : pend_) {
    if (auto* recount = recount_of(row.stream)) {
      recount->expect(row, log(row.stream.event_class).floor.sequence, wrong);
    } else if (!is_known(row.stream)) {
      add_pend(row, "belongs to no stream");
    }
  }
  pend_ = {};
}

void StoreWalk::take_floor(model::EventClass event_class, const Floor& floor) {
  Log& known = log(event_class);
  known.floor = floor;
  if (floor.sequence <= known.last) return;
  miss(event_class, known.last, floor.sequence);
  known.last = floor.sequence;
  known.expected = floor.ordinal + 1;
}

void StoreWalk::take_record(model::EventClass event_class, std::string_view key, std::string_view value) {
  ++records_seen_;
  const std::string where = place(database::log(event_class), key);
  if (key.size() != sizeof(model::Sequence)) {
    findings_.add({Harm::structure, where, "the key has another length"});
    return;
  }
  const model::Sequence sequence = big_endian(key);
  judge_place(event_class, sequence, where);
  count(event_class, sequence, value, where);
  log(event_class).last = sequence;
  last_of_any_ = sequence;
}

void StoreWalk::judge_place(model::EventClass event_class, model::Sequence sequence, const std::string& where) {
  const Log& known = log(event_class);
  if (sequence == last_of_any_) findings_.add({Harm::numbers, where, "is in two logs"});
  if (sequence <= known.floor.sequence) {
    findings_.add({Harm::numbers, where, "is not above the floor " + std::to_string(known.floor.sequence)});
  } else if (sequence <= known.last) {
    findings_.add({Harm::structure, where, "comes behind " + std::to_string(known.last)});
  }
}

/// A record that cannot be read counts in its class and in no stream, as far as one can say: it may have been delivered
/// while it was sound.
void StoreWalk::count(model::EventClass event_class, model::Sequence sequence, std::string_view value,
                      const std::string& where) {
  Log& known = log(event_class);
  const auto header = decode_header(event_class, sequence, value);
  const auto type = header ? types_.find(header.value().type_id) : types_.end();
  if (header) judge_ordinal(event_class, sequence, header.value().ordinal, where);
  const auto record = !header ? model::Result<Record>{header.error()}
                              : decode_record(event_class, sequence, value, type == types_.end() ? "" : type->second);
  if (!record) {
    findings_.add({Harm::value, where, without_place(record.error(), where)});
  } else if (type == types_.end()) {
    findings_.add({Harm::value, where, "its event type " + std::to_string(header.value().type_id) + " is unknown"});
  } else {
    judge_boot(record.value(), where);
    const auto wrong = [this](const model::PendRow& row, std::string what) { add_pend(row, std::move(what)); };
    const auto wrong_point = [this](const model::ChainPoint& point, std::string what) {
      add_point(point, std::move(what));
    };
    for (auto& recount : recounts_) {
      if (recount.row().id.event_class != event_class) continue;
      recount.take(counting_, record.value(), wrong, wrong_point);
    }
  }
  if (!record || type == types_.end()) miss(event_class, sequence - 1, sequence);
  if (!header && known.expected) ++*known.expected;
}

/// An imported record and the row that says so are of one commit.
void StoreWalk::judge_boot(const Record& record, const std::string& where) {
  if (record.boot != boot_of_imported) {
    if (is_boot_known(boots_, record.boot) || unreadable_boots_.contains(record.boot)) return;
    return add_numbers(where, "was admitted in boot " + std::to_string(record.boot) + ", which has no row");
  }
  if (!record.origin) return add_numbers(where, "was admitted in no boot, and came from no other store");
  if (imported_.covers(record.origin->store_id, record.origin->sequence)) return;
  add_numbers(where, "came from store " + model::hex(record.origin->store_id) + ", sequence " +
                         std::to_string(record.origin->sequence) + ", which no row of imported covers");
}

void StoreWalk::judge_ordinal(model::EventClass event_class, model::Sequence sequence, model::Ordinal ordinal,
                              const std::string& where) {
  Log& known = log(event_class);
  if (known.expected && ordinal != *known.expected) {
    // Records are added and trimmed without holes: those that are missing hang in no tree any more.
    const Harm harm = ordinal > *known.expected ? Harm::structure : Harm::numbers;
    findings_.add({harm, where, "has ordinal " + std::to_string(ordinal) + ", not " + std::to_string(*known.expected)});
    miss(event_class, known.last, sequence - 1);
  }
  known.expected = ordinal + 1;
}

void StoreWalk::miss(model::EventClass event_class, model::Sequence from, model::Sequence up_to) {
  const auto wrong = [this](const model::ChainPoint& point, std::string what) { add_point(point, std::move(what)); };
  for (auto& recount : recounts_) {
    if (recount.row().id.event_class == event_class) recount.miss(from, up_to, wrong);
  }
}

void StoreWalk::skip(model::EventClass event_class, model::Sequence next) {
  Log& known = log(event_class);
  known.expected.reset();
  miss(event_class, known.last, next - 1);
}

void StoreWalk::finish() {
  const auto wrong = [this](const model::PendRow& row, std::string what) { add_pend(row, std::move(what)); };
  const auto wrong_point = [this](const model::ChainPoint& point, std::string what) {
    add_point(point, std::move(what));
  };
  for (const auto& recount : recounts_) {
    if (const auto miscounted = recount.judge(wrong, wrong_point)) add_numbers(name_of(recount.row()), *miscounted);
  }
}

}  // namespace chargehook::journal
