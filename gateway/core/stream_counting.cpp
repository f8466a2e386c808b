#include "core/stream_counting.hpp"

#include <string>

#include "delivery/chain.hpp"
#include "delivery/filter.hpp"
#include "delivery/stream.hpp"

namespace chargehook::core {
namespace {

journal::Counting::Matches matcher(const model::StreamRow& row, std::string_view endpoint) {
  return [filter = delivery::Filter::from_canonical(row.filter), own = delivery::telemetry_subject(endpoint),
          event_class = row.id.event_class](std::string_view type, std::string_view subject) {
    return delivery::is_wanted(filter, own, event_class, type, subject);
  };
}

model::ChainHash begin(std::uint64_t store_id, std::string_view endpoint, const model::StreamId& id) {
  return delivery::chain_start(delivery::stream_name(store_id, endpoint, id));
}

}  // namespace

journal::Counting stream_counting() { return {matcher, begin, delivery::chain_next}; }

}  // namespace chargehook::core
