#include "judge/point_judge.hpp"

#include <algorithm>

#include "judge/stored_streams.hpp"

namespace chargehook::simulation {
namespace {

constexpr std::uint64_t point_every = 256;

/// What the stream counts of what is there.
std::vector<const StoredRecord*> own_records(const StoreSnapshot& store, const StoredStream& row,
                                             const std::string& endpoint) {
  std::vector<const StoredRecord*> own;
  for (const auto& record : store.logs[static_cast<std::size_t>(row.event_class) % 4]) {
    const auto type = store.types.find(record.type);
    const bool is_within = record.sequence > row.start && record.sequence <= row.cursor;
    if (is_within && type != store.types.end() && is_for(row, record, type->second, endpoint)) own.push_back(&record);
  }
  return own;
}

}  // namespace

void PointJudge::judge(const StoreSnapshot& store) {
  std::size_t of_streams = 0;
  for (const auto& row : store.streams) {
    std::vector<StoredPoint> points;
    std::ranges::copy_if(store.points, std::back_inserter(points),
                         [&](const auto& point) { return is_of(point, row); });
    of_streams += points.size();
    check_stream(store, row, points);
  }
  if (of_streams != store.points.size()) complaints_.say("store: a row of nmap belongs to no stream");
}

void PointJudge::check_stream(const StoreSnapshot& store, const StoredStream& row,
                              const std::vector<StoredPoint>& points) {
  const std::string endpoint = endpoint_of(store, row.endpoint);
  const std::string name = name_of(store, row, endpoint);
  const auto floor = store.floors[static_cast<std::size_t>(row.event_class) % 4].sequence;
  check_numbers(name, row, points, floor);
  if (points.empty()) return;  // numbers and hash of its cursor are held against what was sent
  const auto own = own_records(store, row, endpoint);
  Mark before{row.start, 0, first_link(name)};
  for (const auto& point : points) {
    const bool is_known = check_point(name, point);
    const bool is_there =
        std::ranges::any_of(own, [&](const auto* record) { return record->sequence == point.sequence; });
    if (point.sequence > floor && !is_there) {
      complaints_.say("store: " + name + ": point n " + std::to_string(point.n) + ": " +
                      std::to_string(point.sequence) + " is not there, or not for it");
    }
    const Mark here{point.sequence, point.n, point.link};
    if (!is_known) check_way(name, own, before, here, floor);
    before = here;
  }
  check_way(name, own, before, {row.cursor, row.n, row.link}, floor);
}

/// From the first, or from the newest that is not above the floor, there is one for each multiple up to the cursor.
void PointJudge::check_numbers(const std::string& name, const StoredStream& row, const std::vector<StoredPoint>& points,
                               std::uint64_t floor) {
  if (some_may_be_missing_ || (points.empty() && row.closed && row.cursor <= floor)) return;
  const bool begins_later = !points.empty() && points.front().sequence <= floor;
  std::uint64_t expected = begins_later ? points.front().n : point_every;
  for (const auto& point : points) {
    if (point.n != expected) {
      return complaints_.say("store: " + name + ": has a point for n " + std::to_string(point.n) + " and not for " +
                             std::to_string(expected));
    }
    expected += point_every;
  }
  if (expected <= row.n) {
    complaints_.say("store: " + name + ": is at n " + std::to_string(row.n) + " and has no point for " +
                    std::to_string(expected));
  }
}

/// It is as it was, and as the receiver saw it. @return whether it has been judged before, and with it the way there
bool PointJudge::check_point(const std::string& name, const StoredPoint& point) {
  const auto say = [&](const std::string& what) {
    complaints_.say("store: " + name + ": point n " + std::to_string(point.n) + ": " + what);
  };
  const auto [known, is_new] =
      known_.try_emplace(name + " " + std::to_string(point.n), Mark{point.sequence, point.n, point.link});
  if (!is_new && (known->second.sequence != point.sequence || known->second.link != point.link)) say("has changed");
  const StreamJudge* seen = deliveries_.find_stream(name);
  if (seen == nullptr) return !is_new;
  const auto link = seen->link_at(point.n);
  const std::string sent = seen->hash_at(point.n);
  if ((link && *link != point.link) || (!sent.empty() && sent != sent_form(point.link))) say("has another hash");
  return !is_new;
}

/// Where records between are trimmed, those that are there are no more than there are numbers; if they are as many, all
/// are there.
void PointJudge::check_way(const std::string& name, const std::vector<const StoredRecord*>& own, const Mark& from,
                           const Mark& to, std::uint64_t floor) {
  std::uint64_t n = from.n;
  Link link = from.link;
  for (const auto* record : own) {
    if (record->sequence <= from.sequence || record->sequence > to.sequence) continue;
    link = next_link(link, ++n, record->id);
  }
  const std::string where = "store: " + name + ": from n " + std::to_string(from.n) + " to " + std::to_string(to.n);
  const bool is_whole = from.sequence >= floor;
  if (n > to.n || (is_whole && n != to.n)) {
    complaints_.say(where + ": there are " + std::to_string(n - from.n) + " records");
  } else if (n == to.n && link != to.link) {
    complaints_.say(where + ": the hash does not follow");
  }
}

}  // namespace chargehook::simulation
