/// The store on disk: one LMDB environment in format 1. Carries out, decides nothing: no retry, no batching.
/// `commit` and `reopen` from the writer's thread, `read`, `walk`, `stats` and `export_page` from the
/// reader's;
/// `mark_clean_stop` when the writer's thread has ended.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "journal/batch.hpp"
#include "journal/export_page.hpp"
#include "journal/io/store_folder.hpp"
#include "journal/store_look.hpp"
#include "journal/stored_state.hpp"
#include "journal/verify/counting.hpp"
#include "model/clock.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

/// The smallest map: what a reserve and a few records need. A smaller `size_bytes` counts as this.
inline constexpr std::uint64_t store_bytes_min = std::uint64_t{4} << 20;

struct OpenOptions {
  std::string folder;                                    ///< data.mdb and lock live in it; made if missing
  std::uint64_t size_bytes = std::uint64_t{1} << 30;     ///< of the map; a larger existing file keeps its size
  model::Now now;                                        ///< for the new row in `boots`
  std::array<std::uint8_t, 16> boot_uuid{};              ///< of the machine's boot, for the same row; zeros: not known
  std::optional<std::uint64_t> store_id = std::nullopt;  ///< of a store to be made; nothing: drawn at random
  std::uint64_t machine = 0;                             ///< hash of the machine's id; 0: not known
  std::string witness_file{};  ///< beside the folder: tells a store that was restored; empty: none is kept
  Counting counting{};         ///< for walks and for another machine: without it there are none
};

class LmdbJournal {
 public:
  struct Opened;

  /// Opens or creates. A created file is preallocated and it and its folder are synced.
  /// @return "locked" if another process has it, "not_a_store" if data.mdb is something else, "format" if written by
  ///         a newer program (both numbers named), "damaged" if what the start needs does not verify, "io" with what
  ///         the system said. A store that is refused is not written to.
  [[nodiscard]] static model::Result<Opened> open(const OpenOptions& options);
  /// As above, for a caller that has locked the folder and, where there is a store, settled its file.
  [[nodiscard]] static model::Result<Opened> open(const OpenOptions& options, Descriptor lock);
  ~LmdbJournal();

  /// One transaction, fully synced: all of it or nothing. After `failed` only `reopen` is allowed.
  [[nodiscard]] CommitResult commit(const Batch& batch);

  /// After a failed commit: closes, drops the file's page cache (a reopened store could otherwise read pages that
  /// never reached the disk), opens again and says what is there.
  [[nodiscard]] ReopenResult reopen();

  /// A short read transaction; what was read is copied out and its pages are given back to the system.
  [[nodiscard]] ReadResult read(const ReadRequest& request);

  /// The next piece of a walk through all of the store: one short transaction.
  [[nodiscard]] WalkResult walk(const WalkRequest& request);

  /// A page of an export: one short transaction, copied out.
  [[nodiscard]] ExportPage export_page(const ExportRequest& request);

  /// What the store holds.
  [[nodiscard]] StatsResult stats();

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
