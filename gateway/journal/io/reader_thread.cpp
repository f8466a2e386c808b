#include "journal/io/reader_thread.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace chargehook::journal::io {

struct ReaderThread::Impl {
  LmdbJournal& journal;
  const std::function<void(ReadResult)> done;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<ReadRequest> waiting;  // guarded by mutex
  bool stopping = false;            // guarded by mutex
  std::thread thread;

  Impl(LmdbJournal& store, std::function<void(ReadResult)> handler) : journal(store), done(std::move(handler)) {}

  std::optional<ReadRequest> wait() {
    std::unique_lock guard{mutex};
    changed.wait(guard, [this] { return stopping || !waiting.empty(); });
    if (stopping) return std::nullopt;
    const ReadRequest next = waiting.front();
    waiting.pop_front();
    return next;
  }

  void run() {
    while (const auto next = wait()) done(journal.read(*next));
  }
};

ReaderThread::ReaderThread(LmdbJournal& journal, std::function<void(ReadResult)> done)
    : impl_(std::make_unique<Impl>(journal, std::move(done))) {
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

void ReaderThread::stop() {
  {
    const std::lock_guard guard{impl_->mutex};
    impl_->stopping = true;
    impl_->waiting.clear();
  }
  impl_->changed.notify_one();
  if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace chargehook::journal::io
