/// The store on disk: one LMDB environment in format 1. Carries out, decides nothing: no retry, no batching.
/// The only file pair that includes <lmdb.h>. `commit` and `reopen` from the writer's thread, `read` from the reader's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "journal/batch.hpp"
#include "journal/stored_state.hpp"
#include "model/clock.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

struct OpenOptions {
  std::string folder;                            ///< data.mdb and lock live in it; made if missing
  std::uint64_t size_bytes = std::uint64_t{1} << 30;  ///< of the map; a larger existing file keeps its size
  model::Now now;                                ///< for the new row in `boots`
};

class LmdbJournal {
 public:
  struct Opened;

  /// Opens or creates. A created file is preallocated and it and its folder are synced.
  /// @return "locked" if another process has it, "format" if written by a newer one (both numbers named),
  ///         "damaged" if what the start needs does not verify, "io" with what the system said
  [[nodiscard]] static model::Result<Opened> open(const OpenOptions& options);
  ~LmdbJournal();

  /// One transaction, fully synced: all of it or nothing. After `failed` only `reopen` is allowed.
  [[nodiscard]] CommitResult commit(const Batch& batch);

  /// After a failed commit: closes, drops the file's page cache (a reopened store could otherwise read pages that
  /// never reached the disk), opens again and says what is there.
  [[nodiscard]] ReopenResult reopen();

  /// A short read transaction; what was read is copied out and its pages are given back to the system.
  [[nodiscard]] ReadResult read(const ReadRequest& request);

  /// Marks this run as ended in order; the next opening sees clean_stop.
  void mark_clean_stop(const model::Now& now);

 private:
  struct Impl;
  explicit LmdbJournal(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct LmdbJournal::Opened {
  std::unique_ptr<LmdbJournal> journal;
  StoredState state;
};

}  // namespace chargehook::journal::io
