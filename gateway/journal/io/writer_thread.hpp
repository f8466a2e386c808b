/// Carries out one batch at a time on the store and posts what happened. Decides nothing: no retry, no batching,
/// no reopening of its own accord. Owner: main. All calls from the core's thread; the handlers run on the writer's.
#pragma once

#include <functional>
#include <memory>

#include "journal/batch.hpp"
#include "journal/io/lmdb_journal.hpp"

namespace chargehook::journal::io {

class WriterThread {
 public:
  struct Handlers {
    std::function<void(CommitResult)> committed;
    std::function<void(ReopenResult)> reopened;
  };

  WriterThread(LmdbJournal& journal, Handlers handlers);
  ~WriterThread();  ///< stops and joins

  void submit(BatchPtr batch);  ///< at most one batch or reopening is under way: asserted
  void reopen();
  [[nodiscard]] bool busy() const;  ///< something is under way
  void stop();                      ///< after what is under way; then joins. Idempotent

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chargehook::journal::io
