#include "delivery/succession.hpp"

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
    result.opened = begin_row(wish, generation, is_open ? latest->cursor.sequence : wish.start);
  }
  return result;
}

}  // namespace chargehook::delivery
