#include "journal/new_identity.hpp"

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

}  // namespace chargehook::journal
