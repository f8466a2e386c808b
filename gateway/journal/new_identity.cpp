#include "journal/new_identity.hpp"

#include <algorithm>

namespace chargehook::journal {

model::StreamRow begin_again(const model::StreamRow& old, std::string_view endpoint, std::uint64_t store_id,
                             model::Sequence start, const Counting& counting) {
  model::StreamRow row = old;
  ++row.id.generation;
  row.start = start;
  row.cursor = {start, 0, counting.begin(store_id, endpoint, row.id)};
  row.closed = false;
  return row;
}

bool is_another_machine(std::optional<std::uint64_t> stored, std::uint64_t present) {
  return stored && *stored != 0 && present != 0 && *stored != present;
}

bool is_restored(const Witness& found, const std::vector<StoreOrigin>& origins, const std::optional<Witness>& witness) {
  if (!witness) return false;
  if (found.store_id != witness->store_id) {
    return std::ranges::find(origins, witness->store_id, &StoreOrigin::store_id) == origins.end();
  }
  return found.boot < witness->boot || found.next_sequence < witness->next_sequence;
}

}  // namespace chargehook::journal
