#include "judge/store_judge.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <string_view>
#include <unordered_set>

namespace chargehook::simulation {
namespace {

constexpr std::array<const char*, 4> class_names{"billing", "safety", "state", "telemetry"};

/// "session.*, payment.completed" or "all".
bool matches(std::string_view filter, std::string_view type) {
  while (!filter.empty()) {
    const auto comma = filter.find(", ");
    std::string_view one = filter.substr(0, comma);
    filter = comma == std::string_view::npos ? std::string_view{} : filter.substr(comma + 2);
    if (one == "all" || one == type) return true;
    if (one.ends_with(".*") && type.starts_with(one.substr(0, one.size() - 1))) return true;
  }
  return false;
}

std::string name_of(const StoreSnapshot& store, const StoredStream& row, const std::string& endpoint) {
  std::array<char, 20> id{};
  std::snprintf(id.data(), id.size(), "%016llx", static_cast<unsigned long long>(store.store_id));
  return std::string{id.data()} + "/" + endpoint + "/" + class_names[static_cast<std::size_t>(row.event_class) % 4] +
         "/" + std::to_string(row.generation);
}

/// Endpoints' names by number, from `kv`.
std::string endpoint_of(const StoreSnapshot& store, std::uint32_t number) {
  constexpr std::string_view owner = "config/endpoints/";
  for (const auto& [key, value] : store.kv) {
    if (key.starts_with(owner) && value == std::to_string(number)) return key.substr(owner.size());
  }
  return {};
}

}  // namespace

void StoreJudge::inspect(const std::string& folder) {
  const auto store = read_store(folder, complaints_);
  if (store.is_readable) judge(store);
}

void StoreJudge::judge(const StoreSnapshot& store) {
  check_logs(store);
  check_accepted(store);
  for (const auto& row : store.streams) check_stream(store, row);
  if (store.pages_used > store.pages_total) complaints_.say("store: more pages are used than there are");
}

void StoreJudge::inspect_times(const std::string& folder) {
  const auto store = read_store(folder, complaints_);
  if (store.is_readable) judge_times(store);
}

void StoreJudge::judge_times(const StoreSnapshot& store) {
  std::set<std::string> learned;
  for (const auto& [index, boot] : store.boot_rows) {
    if (boot.is_learned) learned.insert(boot.uuid);
  }
  for (const auto& log : store.logs) {
    for (const auto& record : log) {
      const auto boot = store.boot_rows.find(record.boot);
      const bool has_time = boot != store.boot_rows.end() && learned.contains(boot->second.uuid);
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
    if (record.sequence >= store.next_sequence) complaints_.say(where + " " + number + ": is not below next_seq");
    if (!store.types.contains(record.type)) complaints_.say(where + " " + number + ": has a type without a name");
    if (record.boot == 0 || record.boot > store.boots) complaints_.say(where + " " + number + ": is of no boot");
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
    } else if (!deliveries_.is_delivered(accepted.id, accepted.type)) {
      complaints_.say("store: " + accepted.id + " was accepted as " + std::to_string(accepted.sequence) +
                      ", is not delivered and not there");
    }
  }
}

void StoreJudge::check_stream(const StoreSnapshot& store, const StoredStream& row) {
  const std::string endpoint = endpoint_of(store, row.endpoint);
  if (endpoint.empty()) return complaints_.say("store: endpoint " + std::to_string(row.endpoint) + " has no name");
  const std::string name = name_of(store, row, endpoint);
  if (row.n == 0) {
    if (row.link != first_link(name)) complaints_.say("store: " + name + ": begins with another hash");
  } else if (const StreamJudge* seen = deliveries_.find_stream(name); seen == nullptr) {
    complaints_.say("store: " + name + ": has a cursor and nothing of it was ever sent");
  } else {
    if (seen->link_at(row.n) != row.link) complaints_.say("store: " + name + ": the cursor's hash is another");
    for (std::uint64_t n = row.n; n > 0 && n + 300 > row.n; --n) {
      if (!seen->is_acknowledged(n)) {
        complaints_.say("store: " + name + ": the cursor passed n " + std::to_string(n) + " without acknowledgement");
      }
    }
  }
  check_numbers(store, row, endpoint);
}

/// The numbers beyond the cursor follow from the log; those below it too, as long as all of it is there.
void StoreJudge::check_numbers(const StoreSnapshot& store, const StoredStream& row, const std::string& endpoint) {
  const auto log = static_cast<std::size_t>(row.event_class) % 4;
  const std::string name = name_of(store, row, endpoint);
  const StreamJudge* seen = deliveries_.find_stream(name);
  if (!row.closed && store.floors[log].sequence > std::max(row.cursor, row.start)) {
    complaints_.say("store: " + name + ": records were trimmed that it had not delivered");
  }
  std::uint64_t matched = 0;
  std::uint64_t n = row.n;
  for (const auto& record : store.logs[log]) {
    const auto type = store.types.find(record.type);
    const bool is_own = log != 3 || record.subject == "telemetry/" + endpoint;
    if (record.sequence <= row.start || type == store.types.end() || !is_own || !matches(row.filter, type->second)) {
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
