#include "journal/io/reader_thread.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace chargehook::journal::io {

struct ReaderThread::Impl {
  using Job = std::function<void()>;

  LmdbJournal& journal;
  const Handlers handlers;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<ReadRequest> waiting;  // guarded by mutex
  std::deque<Job> others;           // guarded by mutex: when nothing is in `waiting`
  bool stopping = false;            // guarded by mutex
  std::thread thread;

  Impl(LmdbJournal& store, Handlers given) : journal(store), handlers(std::move(given)) {}

  /// Nothing: stop.
  Job wait() {
    std::unique_lock guard{mutex};
    changed.wait(guard, [this] { return stopping || !waiting.empty() || !others.empty(); });
    if (stopping) return {};
    if (waiting.empty()) {
      Job next = std::move(others.front());
      others.pop_front();
      return next;
    }
    const ReadRequest next = waiting.front();
    waiting.pop_front();
    return [this, next] { handlers.read(journal.read(next)); };
  }

  void give(Job job) {
    {
      const std::lock_guard guard{mutex};
      if (stopping) return;
      others.push_back(std::move(job));
    }
    changed.notify_one();
  }

  void run() {
    while (const auto next = wait()) next();
  }
};

ReaderThread::ReaderThread(LmdbJournal& journal, Handlers handlers)
    : impl_(std::make_unique<Impl>(journal, std::move(handlers))) {
  impl_->thread = std::thread{[impl = impl_.get()] { impl->run(); }};
}

ReaderThread::~ReaderThread() { stop(); }

void ReaderThread::request(ReadRequest request) {
  {
    const std::lock_guard guard{impl_->mutex};
    if (impl_->stopping) return;
    impl_->waiting.push_back(request);
  }
  impl_->changed.notify_one();
}

void ReaderThread::walk(WalkRequest request) {
  impl_->give([impl = impl_.get(), request] { impl->handlers.walked(impl->journal.walk(request)); });
}

void ReaderThread::stats(std::function<void(StatsResult)> done) {
  impl_->give([impl = impl_.get(), done = std::move(done)] { done(impl->journal.stats()); });
}

void ReaderThread::export_page(ExportRequest request, std::function<void(ExportPage)> done) {
  impl_->give([impl = impl_.get(), request, done = std::move(done)] { done(impl->journal.export_page(request)); });
}

void ReaderThread::stop() {
  {
    const std::lock_guard guard{impl_->mutex};
    impl_->stopping = true;
    impl_->waiting.clear();
    impl_->others.clear();
  }
  impl_->changed.notify_one();
  if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace chargehook::journal::io
