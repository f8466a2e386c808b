/// Answers read requests in the order they came, one short transaction each; whatever else is to be read has its turn
/// when no such request waits. Decides nothing.
/// Owner: main. All calls from the core's thread; the handlers run on the reader's.
#pragma once

#include <functional>
#include <memory>

#include "journal/batch.hpp"
#include "journal/io/lmdb_journal.hpp"

namespace chargehook::journal::io {

class ReaderThread {
 public:
  struct Handlers {
    std::function<void(ReadResult)> read;
    std::function<void(WalkResult)> walked;
  };

  ReaderThread(LmdbJournal& journal, Handlers handlers);
  ~ReaderThread();  ///< stops and joins

  void request(ReadRequest request);  ///< bounded by the asker: one per stream
  void walk(WalkRequest request);     ///< at most one is under way
  void stats(std::function<void(StatsResult)> done);
  void export_page(ExportRequest request, std::function<void(ExportPage)> done);
  void stop();  ///< drops what waits, then joins. Idempotent

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chargehook::journal::io
