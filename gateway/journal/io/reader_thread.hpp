/// Answers read requests in the order they came, one short transaction each. Decides nothing.
/// Owner: main. All calls from the core's thread; the handler runs on the reader's.
#pragma once

#include <functional>
#include <memory>

#include "journal/batch.hpp"
#include "journal/io/lmdb_journal.hpp"

namespace chargehook::journal::io {

class ReaderThread {
 public:
  ReaderThread(LmdbJournal& journal, std::function<void(ReadResult)> done);
  ~ReaderThread();  ///< stops and joins

  void request(ReadRequest request);  ///< bounded by the asker: one per stream
  void stop();                        ///< drops what waits, then joins. Idempotent

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chargehook::journal::io
