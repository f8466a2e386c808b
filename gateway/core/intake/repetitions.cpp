#include "core/intake/repetitions.hpp"

#include <algorithm>
#include <utility>

#include "journal/format/lmdb_page.hpp"
#include "model/json_scan.hpp"
#include "model/json_text.hpp"

namespace chargehook::core {

using journal::IdRow;
using model::Now;

namespace {

constexpr std::size_t row_bytes = 80;  ///< of the table on disk: key, value, LMDB's own, and half-filled pages
constexpr std::size_t share_of_store = 30;

std::size_t most_rows(std::uint64_t pages_total) {
  const std::size_t fitting =
      static_cast<std::size_t>(pages_total) * journal::lmdb_page_bytes / share_of_store / row_bytes;
  return pages_total == 0 ? known_ids_max : std::clamp<std::size_t>(fitting, 1, known_ids_max);
}

/// Days since 1970 by the wall, if it may be right.
std::uint32_t wall_day(const Now& now) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(model::unix_seconds(now.wall) / 86'400, 0, 100'000));
}

/// "evt_…" is the first, "evt_…~2" the one that came next under its id.
std::string content_revision_id(const std::string& event_id, std::uint32_t revision) {
  return revision == 1 ? event_id : event_id + "~" + std::to_string(revision);
}

/// What the source itself says of that goes before.
std::string with_revises(const std::string& data, const std::string& revised_id) {
  const auto members = model::scan_object(data);
  if (!members) return data;
  const auto same = std::ranges::find(*members, "revises", &model::MemberText::key);
  std::string quoted;
  model::append_json_string(quoted, revised_id);
  std::string out = data;
  if (same == members->end()) {
    const char* const comma = members->empty() ? "" : ",";
    out.insert(out.rfind('}'), comma + ("\"revises\":" + quoted));
  } else if (same->value == "null") {
    out.replace(static_cast<std::size_t>(same->value.data() - data.data()), same->value.size(), quoted);
  }
  return out;
}

}  // namespace

Repetitions::Repetitions(std::vector<IdRow> stored, std::uint64_t pages_total, const Now& started)
    : known_(std::move(stored), most_rows(pages_total)),
      day_(std::max(known_.last_day(), wall_day(started))),
      day_begun_(started.boot) {}

Repetitions::Seen Repetitions::look_up(const Now& now, model::Event& event) {
  const auto content = journal::content_hash(event);
  if (!is_there(event.id)) return begin(now, event.id, content);
  if (has_content(event.id, content)) return again(event.id);
  const std::uint32_t last = last_revision(event.id);
  const std::uint32_t oldest = last > revisions_compared_max ? last - revisions_compared_max : 1;
  for (std::uint32_t revision = last; revision > oldest; --revision) {
    const std::string id = content_revision_id(event.id, revision);
    if (has_content(id, content)) return again(id);
  }
  event.data = with_revises(event.data, content_revision_id(event.id, last));
  event.id = content_revision_id(event.id, last + 1);
  ++counters_.revised;
  return begin(now, event.id, content);
}

bool Repetitions::is_there(const std::string& event_id) const {
  const auto id = journal::id_hash(event_id);
  return under_way_.contains(id) || known_.find(id);
}

bool Repetitions::has_content(const std::string& event_id, std::uint64_t content) const {
  const auto id = journal::id_hash(event_id);
  if (const auto pending = under_way_.find(id); pending != under_way_.end()) return pending->second.content == content;
  const auto known = known_.find(id);
  return known && known->content == content;
}

/// While the first is known all its revisions are, because the oldest go first: so doubling and halving finds the last.
std::uint32_t Repetitions::last_revision(const std::string& event_id) const {
  std::uint32_t there = 1;
  std::uint32_t step = 1;
  while (is_there(content_revision_id(event_id, there + step))) {
    there += step;
    step *= 2;
  }
  for (step /= 2; step > 0; step /= 2) {
    if (is_there(content_revision_id(event_id, there + step))) there += step;
  }
  return there;
}

Repetitions::Seen Repetitions::again(const std::string& event_id) {
  ++counters_.repeated;
  const auto id = journal::id_hash(event_id);
  if (under_way_.contains(id)) return UnderWay{id};
  return Stored{event_id, known_.find(id)->sequence};
}

Repetitions::Seen Repetitions::begin(const Now& now, const std::string& event_id, std::uint64_t content) {
  const auto id = journal::id_hash(event_id);
  under_way_.emplace(id, Pending{event_id, content, {}});
  return Fresh{{today(now), id, 0, content}};
}

/// Counts up and never back, a day for a day on which the machine ran: a wall that jumps must not let all be forgotten.
std::uint32_t Repetitions::today(const Now& now) {
  constexpr std::chrono::hours length{24};
  if (now.boot - day_begun_ < length) return day_;
  day_begun_ = now.boot;
  day_ = std::max(day_ + 1, wall_day(now));
  return day_;
}

void Repetitions::wait(const UnderWay& seen, Token token) { under_way_.at(seen.id).waiting.push_back(token); }

std::vector<Release> Repetitions::stored(const std::vector<IdRow>& rows) {
  std::vector<Release> out;
  for (const auto& row : rows) {
    known_.add(row);
    const auto pending = under_way_.extract(row.id);
    if (pending.empty()) continue;
    for (const auto token : pending.mapped().waiting) {
      out.push_back({token, Stored{pending.mapped().event_id, row.sequence}});
    }
  }
  return out;
}

std::vector<Token> Repetitions::forget(std::uint64_t id) {
  auto pending = under_way_.extract(id);
  return pending.empty() ? std::vector<Token>{} : std::move(pending.mapped().waiting);
}

}  // namespace chargehook::core
