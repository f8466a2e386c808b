#include "journal/verify/stream_recount.hpp"

#include <utility>

namespace chargehook::journal {

StreamRecount::StreamRecount(model::StreamRow row, Counting::Matches matches, const model::ChainHash& begin)
    : row_(std::move(row)), matches_(std::move(matches)), hash_(begin) {}

void StreamRecount::take(const Counting& counting, const Record& record) {
  if (!complete_ || record.sequence <= row_.start || record.sequence > row_.cursor.sequence) return;
  if (matches_(record.event.type, record.event.subject)) hash_ = counting.link(hash_, ++n_, record.event.id);
}

void StreamRecount::miss(model::Sequence from, model::Sequence up_to) {
  if (up_to > row_.start && from < row_.cursor.sequence) complete_ = false;
}

std::optional<std::string> StreamRecount::judge() const {
  if (!complete_) return std::nullopt;
  if (n_ != row_.cursor.n) {
    return "counts " + std::to_string(row_.cursor.n) + " events up to " + std::to_string(row_.cursor.sequence) +
           ", there are " + std::to_string(n_);
  }
  if (hash_ != row_.cursor.hash) return "has another hash at n " + std::to_string(n_) + " than its records give";
  return std::nullopt;
}

}  // namespace chargehook::journal
