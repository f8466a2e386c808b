#include "delivery/succession.hpp"

#include <algorithm>

#include "delivery/chain.hpp"

namespace chargehook::delivery {
namespace {

model::StreamRow begin_row(const StreamWish& wish, std::uint32_t generation, model::Sequence start) {
  model::StreamRow row;
  row.id = {wish.number, wish.event_class, generation};
  row.filter = *wish.filter;
  row.start = start;
  row.cursor = {start, 0, chain_start(stream_name(wish.store_id, wish.endpoint, row.id))};
  return row;
}

/// What is pending goes out again with all behind it, so that no device's events change places; a receiver knows what
/// it has by the id.
model::Sequence resume_at(const model::StreamRow& latest, const StreamWish& wish) {
  if (wish.lowest_pending == 0) return latest.cursor.sequence;
  return std::min(latest.cursor.sequence, wish.lowest_pending - 1);
}

}  // namespace

Succession succession(const model::StreamRow* latest, const StreamWish& wish) {
  Succession result;
  const bool is_open = latest != nullptr && !latest->closed;
  if (is_open && wish.filter == latest->filter) return result;
  if (is_open) {
    result.closed = *latest;
    result.closed->closed = true;
  }
  if (wish.filter) {
    const std::uint32_t generation = latest == nullptr ? 1 : latest->id.generation + 1;
    result.opened = begin_row(wish, generation, is_open ? resume_at(*latest, wish) : wish.start);
  }
  return result;
}

}  // namespace chargehook::delivery
