#include "journal/verify/stream_recount.hpp"

#include <utility>

namespace chargehook::journal {

StreamRecount::StreamRecount(model::StreamRow row, Counting::Matches matches, const model::ChainHash& begin)
    : row_(std::move(row)), matches_(std::move(matches)), hash_(begin) {}

void StreamRecount::expect(const std::vector<model::ChainPoint>& points, const WrongPoint& wrong) {
  points_.reserve(points.size());
  for (const auto& point : points) {
    const auto what = wrong_place(point);
    what ? wrong(point, *what) : points_.push_back(point);
  }
}

/// Where it cannot be, after those before it.
std::optional<std::string> StreamRecount::wrong_place(const model::ChainPoint& point) const {
  if (point.n > row_.cursor.n || point.sequence > row_.cursor.sequence) {
    return "lies beyond the cursor of its stream, which is at n " + std::to_string(row_.cursor.n);
  }
  if (point.sequence <= row_.start) return "lies before the start of its stream";
  if (!points_.empty() && point.sequence - point.n < points_.back().sequence - points_.back().n) {
    return "its record is nearer to that of the row before it than as many events can be";
  }
  return std::nullopt;
}

void StreamRecount::expect(const model::PendRow& pend, model::Sequence floor, const Wrong& wrong) {
  if (row_.closed) return wrong(pend, "belongs to a stream that is closed");
  if (pend.n > row_.cursor.n || pend.sequence > row_.cursor.sequence) {
    return wrong(pend, "lies beyond the cursor of its stream, which is at n " + std::to_string(row_.cursor.n));
  }
  if (pend.sequence <= row_.start) return wrong(pend, "lies before the start of its stream");
  if (pend.sequence <= floor) return wrong(pend, "its record " + std::to_string(pend.sequence) + " is trimmed");
  if (!pend_.emplace(pend.sequence, pend).second) wrong(pend, "names the record of another row");
}

void StreamRecount::take(const Counting& counting, const Record& record, const Wrong& wrong,
                         const WrongPoint& wrong_point) {
  if (record.sequence <= row_.start || record.sequence > row_.cursor.sequence) return;
  const bool is_own = matches_(record.event.type, record.event.subject);
  if (const auto pend = pend_.find(record.sequence); pend != pend_.end()) {
    compare(pend->second, record, is_own, wrong);
    pend_.erase(pend);
  }
  if (is_own) hash_ = counting.link(hash_, ++n_, record.event.id);
  for (const auto* point = next_point(); point != nullptr && point->sequence <= record.sequence; point = next_point()) {
    ++passed_points_;
    compare_point(*point, record, is_own, wrong_point);
  }
}

/// Before the record is counted: n and hash are those of the one before it.
void StreamRecount::compare(const model::PendRow& pend, const Record& record, bool is_own, const Wrong& wrong) const {
  if (!is_own) return wrong(pend, "its record " + std::to_string(record.sequence) + " is none of its stream");
  if (pend.key != model::key_hash(record.event.partition_key))
    return wrong(pend, "its record has another partition key");
  if (worth_ == Count::at_least) return;
  if (pend.n != n_ + 1) return wrong(pend, "its record is n " + std::to_string(n_ + 1));
  if (pend.before != hash_) wrong(pend, "has another hash than the records before it give");
}

/// After the record is counted. A count that follows from the start alone is right where a point says something else.
void StreamRecount::compare_point(const model::ChainPoint& point, const Record& record, bool is_own,
                                  const WrongPoint& wrong) {
  const std::string sequence = std::to_string(point.sequence);
  if (point.sequence < record.sequence) return wrong(point, "its record " + sequence + " is not there");
  if (!is_own) return wrong(point, "its record " + sequence + " is none of its stream");
  const bool is_least = worth_ == Count::at_least;
  if (is_least ? n_ > point.n : n_ != point.n) {
    wrong(point, "its record is n " + std::to_string(n_) + (is_least ? " at least" : ""));
  } else if (n_ == point.n && hash_ != point.hash) {
    wrong(point, "has another hash than the records before it give");
  }
  if (worth_ != Count::from_start) go_on_from(point, Count::from_point);
}

void StreamRecount::go_on_from(const model::ChainPoint& point, Count worth) {
  n_ = point.n;
  hash_ = point.hash;
  worth_ = worth;
}

const model::ChainPoint* StreamRecount::next_point() const {
  return passed_points_ == points_.size() ? nullptr : &points_[passed_points_];
}

void StreamRecount::miss(model::Sequence from, model::Sequence up_to, const WrongPoint& wrong) {
  if (up_to <= row_.start || from >= row_.cursor.sequence) return;
  pend_.erase(pend_.upper_bound(from), pend_.upper_bound(up_to));
  worth_ = Count::at_least;
  for (const auto* point = next_point(); point != nullptr && point->sequence <= up_to; point = next_point()) {
    ++passed_points_;
    if (point->sequence <= from) {
      wrong(*point, "its record " + std::to_string(point->sequence) + " is not there");
      continue;
    }
    go_on_from(*point, point->sequence == up_to ? Count::from_point : Count::at_least);
  }
}

std::optional<std::string> StreamRecount::judge(const Wrong& wrong, const WrongPoint& wrong_point) const {
  for (const auto& [sequence, pend] : pend_) {
    wrong(pend, "its record " + std::to_string(sequence) + " is not there");
  }
  for (auto left = passed_points_; left < points_.size(); ++left) {
    wrong_point(points_[left], "its record " + std::to_string(points_[left].sequence) + " is not there");
  }
  const bool is_least = worth_ == Count::at_least;
  if (is_least ? n_ > row_.cursor.n : n_ != row_.cursor.n) {
    return "counts " + std::to_string(row_.cursor.n) + " events up to " + std::to_string(row_.cursor.sequence) +
           ", there are " + std::to_string(n_) + (is_least ? " at least" : "");
  }
  if (n_ == row_.cursor.n && hash_ != row_.cursor.hash) {
    return "has another hash at n " + std::to_string(n_) + " than its records give";
  }
  return std::nullopt;
}

}  // namespace chargehook::journal
