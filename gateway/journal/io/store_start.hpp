/// What a store begins with, and what is read of it when it is opened. Each works inside a transaction of the caller's.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "journal/format/tables.hpp"
#include "journal/io/lmdb_environment.hpp"
#include "journal/sequence_end.hpp"
#include "journal/stored_state.hpp"
#include "model/clock.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

/// Ids of event types by their text, as far as the store has given any.
using TypeIds = std::map<std::string, std::uint32_t, std::less<>>;

/// Makes the tables and the first rows of `meta`.
/// @param machine a hash of the machine's id; 0: not known
[[nodiscard]] model::Result<void> write_first_rows(Transaction& transaction, std::uint64_t store_id,
                                                   const model::Now& now, std::uint64_t machine);

/// Whether this program may touch the store. To be asked before anything else is read; opens `meta`.
/// @return "not_a_store", "format" (both numbers named), "damaged", "io"
[[nodiscard]] model::Result<void> check_format(Transaction& transaction);

/// All that the core starts from but for `boot`, `created` and `usage`. The tables are open.
/// @return "damaged" with the row that does not verify, "io"
[[nodiscard]] model::Result<StoredState> load_state(Transaction& transaction);

[[nodiscard]] model::Result<TypeIds> load_types(Transaction& transaction);

/// The tables of an environment, for transactions to come.
[[nodiscard]] model::Result<void> open_all_tables(Environment& environment);

/// Where a class's log ends: the last record that verifies, and the rows behind it that do not.
/// @param floor of the class: where the log ends when it is empty
[[nodiscard]] model::Result<LogEnd> load_log_end(Transaction& transaction, model::EventClass event_class,
                                                 const Floor& floor);

/// One above the highest sequence that the store has given; 0: none yet.
/// @return "damaged" with the row that does not verify or the log that ends too far up, "io"
[[nodiscard]] model::Result<model::Sequence> load_next_sequence(Transaction& transaction);

/// Takes away the rows of `boots` that nobody misses, so that starts do not fill the store.
[[nodiscard]] model::Result<void> drop_old_boots(Transaction& transaction);

/// Index of the newest row in `boots`; 0 if there is none.
[[nodiscard]] model::Result<std::uint32_t> last_boot(Transaction& transaction);

/// The floor of a class, as `meta` has it.
[[nodiscard]] model::Result<Floor> load_floor(Transaction& transaction, model::EventClass event_class);

}  // namespace chargehook::journal::io
