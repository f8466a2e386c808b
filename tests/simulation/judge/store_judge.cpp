#include "judge/store_judge.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>

#include "judge/stored_streams.hpp"

namespace chargehook::simulation {
namespace {

const StoredPend* pend_of(const StoreSnapshot& store, const StoredStream& stream, std::uint64_t n) {
  const auto found =
      std::ranges::find_if(store.pend, [&](const auto& row) { return row.n == n && is_of(row, stream); });
  return found == store.pend.end() ? nullptr : &*found;
}

/// Whether a closed stream may have ended with rows in `pend`: the next generation, if there is one, has begun before
/// its cursor, with what waited and all behind it.
bool may_have_left(const StoreSnapshot& store, const StoredStream& row) {
  return row.closed && std::ranges::all_of(store.streams, [&](const auto& later) {
           const bool follows = later.endpoint == row.endpoint && later.event_class == row.event_class &&
                                later.generation == row.generation + 1;
           return !follows || later.start < row.cursor;
         });
}

/// In which boot of the machine an opening was: its row says so, or the rows around it, if both say the same.
std::optional<std::string> machine_boot_of(const StoreSnapshot& store, std::uint32_t opening) {
  const auto after = store.boots.lower_bound(opening);
  if (after == store.boots.end()) return std::nullopt;
  const std::string& uuid = after->second.uuid;
  if (after->first == opening) return uuid;
  const bool is_within = after != store.boots.begin() && std::prev(after)->second.uuid == uuid;
  return is_within && uuid != std::string(16, '\0') ? std::optional{uuid} : std::nullopt;
}

}  // namespace

void StoreJudge::inspect(const std::string& folder) {
  const auto store = read_store(folder, complaints_);
  if (store.is_readable) judge(store);
}

void StoreJudge::judge(const StoreSnapshot& store) {
  check_logs(store);
  check_gaps(store);
  check_accepted(store);
  check_ids(store);
  for (const auto& row : store.streams) check_stream(store, row);
  for (const auto& row : store.pend) {
    const bool is_known = std::ranges::any_of(store.streams, [&](const auto& stream) { return is_of(row, stream); });
    if (!is_known) complaints_.say("store: pend n " + std::to_string(row.n) + ": belongs to no stream");
  }
  points_.judge(store);
  if (store.pages_used > store.pages_total) complaints_.say("store: more pages are used than there are");
}

void StoreJudge::inspect_times(const std::string& folder) {
  const auto store = read_store(folder, complaints_);
  if (store.is_readable) judge_times(store);
}

void StoreJudge::judge_times(const StoreSnapshot& store) {
  const bool is_under_way =
      std::ranges::any_of(store.kv, [](const auto& row) { return row.first.starts_with("clock/"); });
  if (is_under_way) return;  // a journal that was full to the end: the next start goes on with it
  std::set<std::string> learned;
  for (const auto& [index, boot] : store.boots) {
    if (boot.is_learned) learned.insert(boot.uuid);
  }
  for (const auto& log : store.logs) {
    for (const auto& record : log) {
      const auto boot = machine_boot_of(store, record.boot);
      const bool has_time = boot && learned.contains(*boot);
      if (!record.is_time_unknown || !has_time) continue;
      for (const auto& endpoint : deliveries_.not_told_again(record.sequence, record.id)) {
        complaints_.say("store: " + record.id + " went to " + endpoint +
                        " under a time that was not known, and never again");
      }
    }
  }
}

void StoreJudge::check_logs(const StoreSnapshot& store) {
  std::unordered_set<std::uint64_t> all;
  for (std::size_t log = 0; log < 4; ++log) {
    check_log(store, log);
    for (const auto& record : store.logs[log]) {
      if (!all.insert(record.sequence).second) {
        complaints_.say("store: sequence " + std::to_string(record.sequence) + " is in two logs");
      }
    }
  }
}

void StoreJudge::check_log(const StoreSnapshot& store, std::size_t log) {
  const std::string where = "store: log" + std::to_string(log);
  std::uint64_t before = store.floors[log].sequence;
  std::uint64_t ordinal = store.floors[log].ordinal;
  for (const auto& record : store.logs[log]) {
    const std::string number = std::to_string(record.sequence);
    if (record.sequence <= before) complaints_.say(where + " " + number + ": lies below the floor");
    if (record.ordinal != ++ordinal) {
      complaints_.say(where + " " + number + ": has ordinal " + std::to_string(record.ordinal) + ", not " +
                      std::to_string(ordinal));
      ordinal = record.ordinal;
    }
    if (!store.types.contains(record.type)) complaints_.say(where + " " + number + ": has a type without a name");
    if (!machine_boot_of(store, record.boot)) complaints_.say(where + " " + number + ": is of no boot");
    const auto [known, is_new] = id_of_.try_emplace(record.sequence, record.id);
    if (!is_new && known->second != record.id) {
      complaints_.say(where + " " + number + ": was " + known->second + " and is " + record.id);
    }
    before = record.sequence;
  }
}

void StoreJudge::check_accepted(const StoreSnapshot& store) {
  std::unordered_set<std::uint64_t> present;
  for (const auto& log : store.logs) {
    for (const auto& record : log) present.insert(record.sequence);
  }
  for (const auto& accepted : deliveries_.all_accepted()) {
    if (present.contains(accepted.sequence)) {
      if (id_of_[accepted.sequence] != accepted.id) {
        complaints_.say("store: sequence " + std::to_string(accepted.sequence) + " is not " + accepted.id);
      }
    } else if (!deliveries_.is_delivered(accepted) && !is_in_gap(accepted)) {
      complaints_.say("store: " + accepted.id + " was accepted as " + std::to_string(accepted.sequence) +
                      ", is not delivered and not there");
    }
  }
}

/// Each row was written in the commit of its event.
void StoreJudge::check_ids(const StoreSnapshot& store) {
  std::unordered_set<std::uint64_t> named;
  for (const auto& row : store.ids) {
    const auto event = id_of_.find(row.sequence);
    const std::string where = "store: ids " + std::to_string(row.sequence);
    if (event == id_of_.end() &&
        std::ranges::all_of(store.floors, [&](const auto& f) { return f.sequence < row.sequence; }))
      complaints_.say(where + ": there is and was no such event");
    if (event != id_of_.end() && hash_of_text(event->second) != row.id) complaints_.say(where + ": has another id");
    if (!named.insert(row.sequence).second) complaints_.say(where + ": is named twice");
  }
}

void StoreJudge::check_gaps(const StoreSnapshot& store) {
  const StoredGap* before = nullptr;
  for (const auto& row : store.gaps) {
    check_gap(store, row);
    if (before != nullptr && before->event_class == row.event_class && before->to_sequence >= row.from_sequence) {
      complaints_.say("store: gaps " + std::to_string(row.from_sequence) + ": overlaps the one before");
    }
    before = &row;
  }
}

/// Billing goes into files, and nothing else does: each record that is gone has a line.
void StoreJudge::check_held(const StoredGap& row) {
  constexpr int carried_out = 4;
  const std::string where = "store: gaps " + std::to_string(row.from_sequence);
  if (row.event_class == 0 && (row.reason != carried_out || held_ == nullptr)) {
    return complaints_.say(where + ": billing events are gone");
  }
  if (row.reason != carried_out) return;
  if (row.event_class != 0) return complaints_.say(where + ": was carried out and is no billing");
  const auto lines = held_->count(row.from_sequence, row.to_sequence);
  if (lines != row.to_ordinal - row.from_ordinal + 1) {
    complaints_.say(where + ": files hold " + std::to_string(lines) + " of the events that were carried out");
  }
  for (const auto& notice : row.notices) {
    const bool is_there = std::ranges::all_of(notice.files, [&](const auto& file) { return held_->is_there(file); });
    if (notice.files.empty() || !is_there) complaints_.say(where + ": a file that it names is not there");
  }
}

/// What is gone lies below the floor.
void StoreJudge::check_gap(const StoreSnapshot& store, const StoredGap& row) {
  const std::string where = "store: gaps " + std::to_string(row.from_sequence);
  const auto log = static_cast<std::size_t>(row.event_class) % 4;
  const auto& floor = store.floors[log];
  check_held(row);
  const bool rises = row.from_sequence <= row.to_sequence && row.from_ordinal <= row.to_ordinal &&
                     row.to_ordinal - row.from_ordinal <= row.to_sequence - row.from_sequence;
  if (!rises) complaints_.say(where + ": its numbers do not rise");
  if (row.to_sequence > floor.sequence || row.to_ordinal > floor.ordinal) {
    complaints_.say(where + ": what it says to be gone is not below the floor");
  }
  for (const auto& notice : row.notices) {
    check_notice(store, row, notice);
    lost_.insert({row.event_class, notice.from_sequence, notice.to_sequence});
  }
}

void StoreJudge::check_notice(const StoreSnapshot& store, const StoredGap& row, const StoredNotice& notice) {
  const auto log = static_cast<std::size_t>(row.event_class) % 4;
  const std::string endpoint = endpoint_of(store, notice.endpoint);
  const auto event = std::ranges::find(store.logs[log], notice.event, &StoredRecord::sequence);
  const bool is_told = notice.event <= store.floors[log].sequence;
  if (!is_told && (event == store.logs[log].end() || event->subject != "endpoint/" + endpoint)) {
    complaints_.say("store: gaps " + std::to_string(row.from_sequence) + ": no event tells " + endpoint + " of it");
  }
  auto& losses = losses_[name_of(store, row.event_class, notice.generation, endpoint)];
  for (const auto& loss : notice.losses) {
    for (std::uint64_t n = loss.from_n; n <= loss.to_n; ++n) losses.numbers.insert(n);
    losses.links[loss.from_n - 1] = loss.before;
    losses.links[loss.to_n] = loss.after;
  }
}

bool StoreJudge::is_in_gap(const DeliveryJudge::Accepted& accepted) const {
  return std::ranges::any_of(lost_, [&](const ToldLost& lost) {
    return lost.from <= accepted.sequence && accepted.sequence <= lost.to &&
           class_name(lost.event_class) == class_of(accepted.type);
  });
}

void StoreJudge::check_stream(const StoreSnapshot& store, const StoredStream& row) {
  const std::string endpoint = endpoint_of(store, row.endpoint);
  if (endpoint.empty()) return complaints_.say("store: endpoint " + std::to_string(row.endpoint) + " has no name");
  const std::string name = name_of(store, row, endpoint);
  if (row.n == 0) {
    if (row.link != first_link(name)) complaints_.say("store: " + name + ": begins with another hash");
  } else {
    check_cursor(store, name, row);
  }
  check_numbers(store, row, endpoint);
  check_pend(store, row, endpoint);
}

void StoreJudge::check_pend(const StoreSnapshot& store, const StoredStream& row, const std::string& endpoint) {
  std::set<std::uint64_t> named;
  for (const auto& pend : store.pend) {
    if (!is_of(pend, row)) continue;
    check_pend_row(store, row, endpoint, pend);
    if (!named.insert(pend.sequence).second) {
      complaints_.say("store: " + name_of(store, row, endpoint) + ": two rows of pend name " +
                      std::to_string(pend.sequence));
    }
  }
}

/// Its record is there and the stream's own, under this n, with this hash before it.
void StoreJudge::check_pend_row(const StoreSnapshot& store, const StoredStream& row, const std::string& endpoint,
                                const StoredPend& pend) {
  const std::string name = name_of(store, row, endpoint);
  const auto say = [&](const std::string& what) {
    complaints_.say("store: " + name + ": pend n " + std::to_string(pend.n) + ": " + what);
  };
  if (row.closed) return say("its stream is closed");
  if (pend.n > row.n || pend.sequence <= row.start || pend.sequence > row.cursor) return say("lies beyond the cursor");
  std::uint64_t n = row.n;
  const StoredRecord* own = nullptr;
  for (const auto& record : store.logs[static_cast<std::size_t>(row.event_class) % 4]) {
    const auto type = store.types.find(record.type);
    if (record.sequence < pend.sequence || record.sequence > row.cursor || type == store.types.end()) continue;
    if (!is_for(row, record, type->second, endpoint)) continue;
    if (record.sequence == pend.sequence) own = &record;
    if (record.sequence > pend.sequence) --n;
  }
  if (own == nullptr) return say("there is no record " + std::to_string(pend.sequence) + " for it");
  if (n != pend.n) say("its record is n " + std::to_string(n));
  if (pend.key != hash_of_text(own->partition_key)) say("its record has another partition key");
  const StreamJudge* seen = deliveries_.find_stream(name);
  const auto before = pend.n == 1 ? first_link(name) : seen == nullptr ? std::nullopt : seen->link_at(pend.n - 1);
  if (before && *before != pend.before) say("has another hash before it");
}

/// Each of the last numbers was acknowledged, or waits in pend, or is told to be lost, and the hash is the one that was
/// sent or told.
void StoreJudge::check_cursor(const StoreSnapshot& store, const std::string& name, const StoredStream& row) {
  // What an endpoint lost that is gone is told to nobody, and its rows in `gaps` go with the events about them.
  const bool may_have_lost_untold = row.closed && row.event_class != 0;
  if (may_have_lost_untold || may_have_left(store, row)) return;
  const StreamJudge* seen = deliveries_.find_stream(name);
  const Losses& losses = losses_[name];
  for (std::uint64_t n = row.n; n > 0 && n + 300 > row.n; --n) {
    if (losses.numbers.contains(n) || pend_of(store, row, n) != nullptr) continue;
    if (seen != nullptr && (seen->is_acknowledged(n) || seen->is_lost(n))) continue;
    complaints_.say("store: " + name + ": the cursor passed n " + std::to_string(n) + " without acknowledgement");
  }
  const auto told = losses.links.find(row.n);
  const auto link = seen == nullptr ? std::nullopt : seen->link_at(row.n);
  const std::string sent = seen == nullptr ? std::string{} : seen->hash_at(row.n);
  const bool is_known = told != losses.links.end() || link || !sent.empty() || pend_of(store, row, row.n) != nullptr;
  if (!is_known) complaints_.say("store: " + name + ": the cursor's hash was never sent or told");
  if ((told != losses.links.end() && told->second != row.link) || (link && *link != row.link) ||
      (!sent.empty() && sent != sent_form(row.link))) {
    complaints_.say("store: " + name + ": the cursor's hash is another");
  }
}

/// The numbers beyond the cursor follow from the log; those below it too, as long as all of it is there.
void StoreJudge::check_numbers(const StoreSnapshot& store, const StoredStream& row, const std::string& endpoint) {
  const auto log = static_cast<std::size_t>(row.event_class) % 4;
  const std::string name = name_of(store, row, endpoint);
  const StreamJudge* seen = deliveries_.find_stream(name);
  if (row.cursor < row.start || row.cursor >= std::max<std::uint64_t>(store.next_sequence, 1)) {
    complaints_.say("store: " + name + ": the cursor is at " + std::to_string(row.cursor) + ", where no record was");
  }
  if (!row.closed && store.floors[log].sequence > std::max(row.cursor, row.start)) {
    complaints_.say("store: " + name + ": records were trimmed that it had not delivered");
  }
  std::uint64_t matched = 0;
  std::uint64_t n = row.n;
  for (const auto& record : store.logs[log]) {
    const auto type = store.types.find(record.type);
    if (record.sequence <= row.start || type == store.types.end() || !is_for(row, record, type->second, endpoint)) {
      continue;
    }
    if (record.sequence <= row.cursor) {
      ++matched;
      continue;
    }
    ++n;
    const std::string sent = seen == nullptr || row.closed ? std::string{} : seen->id_at(n);
    if (!sent.empty() && sent != record.id) {
      complaints_.say("store: " + name + ": n " + std::to_string(n) + " is " + record.id + " and was sent as " + sent);
    }
  }
  if (store.floors[log].sequence <= row.start && matched != row.n) {
    complaints_.say("store: " + name + ": the cursor's n is " + std::to_string(row.n) + ", the log has " +
                    std::to_string(matched));
  }
}

}  // namespace chargehook::simulation
