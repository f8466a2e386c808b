#include "journal/verify/stream_recount.hpp"

#include <utility>

namespace chargehook::journal {

StreamRecount::StreamRecount(model::StreamRow row, Counting::Matches matches, const model::ChainHash& begin)
    : row_(std::move(row)), matches_(std::move(matches)), hash_(begin) {}

void StreamRecount::expect(const model::PendRow& pend, model::Sequence floor, const Wrong& wrong) {
  if (row_.closed) return wrong(pend, "belongs to a stream that is closed");
  if (pend.n > row_.cursor.n || pend.sequence > row_.cursor.sequence) {
    return wrong(pend, "lies beyond the cursor of its stream, which is at n " + std::to_string(row_.cursor.n));
  }
  if (pend.sequence <= row_.start) return wrong(pend, "lies before the start of its stream");
  if (pend.sequence <= floor) return wrong(pend, "its record " + std::to_string(pend.sequence) + " is trimmed");
  if (!pend_.emplace(pend.sequence, pend).second) wrong(pend, "names the record of another row");
}

void StreamRecount::take(const Counting& counting, const Record& record, const Wrong& wrong) {
  if (record.sequence <= row_.start || record.sequence > row_.cursor.sequence) return;
  const auto pend = pend_.find(record.sequence);
  if (!complete_ && pend == pend_.end()) return;
  const bool is_own = matches_(record.event.type, record.event.subject);
  if (pend != pend_.end()) {
    compare(pend->second, record, is_own, wrong);
    pend_.erase(pend);
  }
  if (is_own && complete_) hash_ = counting.link(hash_, ++n_, record.event.id);
}

/// Before the record is counted: n and hash are those of the one before it.
void StreamRecount::compare(const model::PendRow& pend, const Record& record, bool is_own, const Wrong& wrong) const {
  if (!is_own) return wrong(pend, "its record " + std::to_string(record.sequence) + " is none of its stream");
  if (pend.key != model::key_hash(record.event.partition_key))
    return wrong(pend, "its record has another partition key");
  if (!complete_) return;
  if (pend.n != n_ + 1) return wrong(pend, "its record is n " + std::to_string(n_ + 1));
  if (pend.before != hash_) wrong(pend, "has another hash than the records before it give");
}

void StreamRecount::miss(model::Sequence from, model::Sequence up_to) {
  if (up_to > row_.start && from < row_.cursor.sequence) complete_ = false;
  pend_.erase(pend_.upper_bound(from), pend_.upper_bound(up_to));
}

std::optional<std::string> StreamRecount::judge(const Wrong& wrong) const {
  for (const auto& [sequence, pend] : pend_) {
    wrong(pend, "its record " + std::to_string(sequence) + " is not there");
  }
  if (!complete_) return std::nullopt;
  if (n_ != row_.cursor.n) {
    return "counts " + std::to_string(row_.cursor.n) + " events up to " + std::to_string(row_.cursor.sequence) +
           ", there are " + std::to_string(n_);
  }
  if (hash_ != row_.cursor.hash) return "has another hash at n " + std::to_string(n_) + " than its records give";
  return std::nullopt;
}

}  // namespace chargehook::journal
