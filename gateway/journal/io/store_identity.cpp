#include "journal/io/store_identity.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "journal/format/endpoint_key.hpp"
#include "journal/format/origin_row.hpp"
#include "journal/format/pend_row.hpp"
#include "journal/format/tables.hpp"
#include "journal/io/store_start.hpp"
#include "journal/new_identity.hpp"
#include "journal/sequence_end.hpp"
#include "model/event_id.hpp"

namespace chargehook::journal::io {
namespace {

model::Error damaged(const model::Error& error) { return {"damaged", error.message}; }

model::Result<std::optional<std::uint64_t>> load_machine(Transaction& transaction) {
  BOOST_OUTCOME_TRY(const auto value, transaction.get(Table::meta, meta_key::machine));
  if (!value) return std::optional<std::uint64_t>{};
  const auto machine = decode_meta_number(meta_key::machine, *value);
  if (!machine) return damaged(machine.error());
  return std::optional{machine.value()};
}

model::Result<void> put_number(Transaction& transaction, std::string_view key, std::uint64_t number) {
  return transaction.put(Table::meta, key, encode_meta_number(key, number));
}

/// No number below `next` is given any more.
model::Result<void> go_on_above(Transaction& transaction, StoredState& state, model::Sequence next) {
  if (next <= state.next_sequence) return model::success();
  state.next_sequence = next;
  return put_number(transaction, meta_key::next_sequence_min, next);
}

/// What a stream's cursor has passed although it is not done goes out again with all behind it.
model::Sequence resume_at(const StoredState& state, const model::StreamRow& row) {
  model::Sequence start = row.cursor.sequence;
  for (const auto& pend : state.pend) {
    if (pend.stream == row.id) start = std::min(start, pend.sequence - 1);
  }
  return start;
}

/// Old rows go: the chain of each began with the id that has ended.
model::Result<void> begin_streams_again(Transaction& transaction, StoredState& state, const Counting& counting) {
  const auto names = endpoint_names(state.kv);
  std::vector<model::StreamRow> rows;
  for (const auto& old : state.streams) {
    BOOST_OUTCOME_TRY(transaction.erase(Table::streams, stream_key(old.id)));
    const auto name = names.find(old.id.endpoint);
    if (old.closed || name == names.end()) continue;
    rows.push_back(begin_again(old, name->second, state.store_id, resume_at(state, old), counting));
    BOOST_OUTCOME_TRY(transaction.put(Table::streams, stream_key(rows.back().id), encode_stream(rows.back())));
  }
  for (const auto& pend : state.pend) {
    BOOST_OUTCOME_TRY(transaction.erase(Table::pend, pend_key(pend.stream, pend.n)));
  }
  BOOST_OUTCOME_TRY(transaction.erase_all(Table::nmap));
  state.pend.clear();
  state.streams = std::move(rows);
  return model::success();
}

}  // namespace

model::Result<void> settle_identity(Transaction& transaction, StoredState& state, const model::Now& now,
                                    const Arrival& arrival, const Counting& counting) {
  BOOST_OUTCOME_TRY(const auto stored, load_machine(transaction));
  BOOST_OUTCOME_TRY(const auto boot, last_boot(transaction));
  const Witness found{state.store_id, boot, state.next_sequence};
  if (arrival.machine != 0 && stored != arrival.machine) {
    BOOST_OUTCOME_TRY(put_number(transaction, meta_key::machine, arrival.machine));
  }
  if (arrival.witness) {
    BOOST_OUTCOME_TRY(go_on_above(transaction, state, arrival.witness->next_sequence));
  }
  const std::string id = model::hex(state.store_id);
  if (is_another_machine(stored, arrival.machine)) {
    state.change = StoreChange{OriginReason::machine, "the store came from another machine, where it was " + id};
  } else if (is_restored(found, state.origins, arrival.witness)) {
    BOOST_OUTCOME_TRY(go_on_above(transaction, state, first_sequence(now.wall)));  // the last run may have gone further
    state.change = StoreChange{OriginReason::restore, "an older copy of the store was put back, which was " + id};
  } else {
    return model::success();
  }
  const model::Sequence last = found.next_sequence == 0 ? 0 : found.next_sequence - 1;
  state.origins.push_back({state.store_id, last, state.change->reason, now.wall});
  BOOST_OUTCOME_TRY(transaction.put(Table::meta, meta_key::origins, encode_origins(state.origins)));
  BOOST_OUTCOME_TRY(put_number(transaction, meta_key::store_id, arrival.new_store_id));
  state.store_id = arrival.new_store_id;
  return begin_streams_again(transaction, state, counting);
}

}  // namespace chargehook::journal::io
