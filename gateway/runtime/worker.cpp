#include "runtime/worker.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

namespace chargehook::runtime {

namespace {

constexpr std::size_t jobs_max = 16;

}  // namespace

Worker::Worker() : thread_([this] { work(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool Worker::run(std::function<void()> job) {
  {
    const std::lock_guard lock{mutex_};
    if (jobs_.size() >= jobs_max) return false;
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void Worker::run_surely(std::function<void()> job) {
  {
    const std::lock_guard lock{mutex_};
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
}

void Worker::work() {
  pthread_setname_np(pthread_self(), "worker");
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 10);  // on Linux nice is a thread's
  while (true) {
    std::function<void()> job;
    {
      std::unique_lock lock{mutex_};
      wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (stopping_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace chargehook::runtime
