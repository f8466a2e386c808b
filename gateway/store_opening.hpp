/// The start of the store: a process of its own looks at it first, a damaged one is put aside and another goes on with
/// what can be read of it. Part of main.
#pragma once

#include "journal/io/lmdb_journal.hpp"
#include "model/result.hpp"

namespace chargehook {

/// Blocks as long as the look takes; the service manager is told to wait where that is long.
/// @return what LmdbJournal::open says, "not_a_store" or "format" if the file is left alone
[[nodiscard]] model::Result<journal::io::LmdbJournal::Opened> open_store(const journal::io::OpenOptions& options);

/// A hash of this machine's id, for OpenOptions; 0 if it has none. Source: machine-id(5).
[[nodiscard]] std::uint64_t read_machine();

}  // namespace chargehook
