#include "journal/io/writer_thread.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

#include "model/result.hpp"

namespace chargehook::journal::io {

struct WriterThread::Impl {
  struct Reopening {};
  using Job = std::variant<std::monostate, BatchPtr, Reopening>;

  LmdbJournal& journal;
  const Handlers handlers;
  std::mutex mutex;
  std::condition_variable changed;
  Job job;                 // guarded by mutex
  bool under_way = false;  // guarded by mutex: from submit until just before the handler is called
  bool stopping = false;   // guarded by mutex
  std::thread thread;

  Impl(LmdbJournal& store, Handlers given) : journal(store), handlers(std::move(given)) {}

  void give(Job next) {
    {
      const std::lock_guard guard{mutex};
      CHARGEHOOK_ASSERT(!under_way && !stopping);
      job = std::move(next);
      under_way = true;
    }
    changed.notify_one();
  }

  /// monostate: stop. A job given before the stop is still carried out.
  Job wait() {
    std::unique_lock guard{mutex};
    changed.wait(guard, [this] { return stopping || job.index() != 0; });
    return std::exchange(job, Job{});
  }

  /// Before the handler, so that whoever it tells may submit at once.
  void done() {
    const std::lock_guard guard{mutex};
    under_way = false;
  }

  void run() {
    for (Job next = wait(); next.index() != 0; next = wait()) {
      if (auto* batch = std::get_if<BatchPtr>(&next)) {
        CommitResult result = journal.commit(**batch);
        batch->reset();  // whoever made it ends it: its memory goes back where it came from
        done();
        handlers.committed(std::move(result));
      } else {
        ReopenResult result = journal.reopen();
        done();
        handlers.reopened(std::move(result));
      }
    }
  }
};

WriterThread::WriterThread(LmdbJournal& journal, Handlers handlers)
    : impl_(std::make_unique<Impl>(journal, std::move(handlers))) {
  impl_->thread = std::thread{[impl = impl_.get()] { impl->run(); }};
}

WriterThread::~WriterThread() { stop(); }

void WriterThread::submit(BatchPtr batch) {
  CHARGEHOOK_ASSERT(batch != nullptr);
  impl_->give(std::move(batch));
}

void WriterThread::reopen() { impl_->give(Impl::Reopening{}); }

bool WriterThread::busy() const {
  const std::lock_guard guard{impl_->mutex};
  return impl_->under_way;
}

void WriterThread::stop() {
  {
    const std::lock_guard guard{impl_->mutex};
    impl_->stopping = true;
  }
  impl_->changed.notify_one();
  if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace chargehook::journal::io
