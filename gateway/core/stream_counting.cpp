#include "core/stream_counting.hpp"

#include <string>

#include "delivery/chain.hpp"
#include "delivery/selection.hpp"
#include "delivery/streams.hpp"

namespace chargehook::core {
namespace {

journal::Counting::Matches matcher(const model::StreamRow& row, std::string_view endpoint) {
  return [selection = delivery::Selection{delivery::Filter::from_canonical(row.filter), endpoint},
          event_class = row.id.event_class](std::string_view type, std::string_view subject) {
    return selection.has(event_class, type, subject);
  };
}

model::ChainHash begin(std::uint64_t store_id, std::string_view endpoint, const model::StreamId& id) {
  return delivery::chain_start(delivery::stream_name(store_id, endpoint, id));
}

}  // namespace

journal::Counting stream_counting() { return {matcher, begin, delivery::chain_next}; }

}  // namespace chargehook::core
