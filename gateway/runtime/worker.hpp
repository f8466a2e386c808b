/// One thread of low priority for jobs that take their time: reading and checking configuration.
/// `run` from the core's thread; the job runs on the worker's and posts its result itself.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace chargehook::runtime {

class Worker {
 public:
  Worker();
  ~Worker();  ///< drops what waits, joins

  /// @return false if 16 jobs wait already; the asker is told to try again
  [[nodiscard]] bool run(std::function<void()> job);

  /// For what has to be done however much waits.
  void run_surely(std::function<void()> job);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace chargehook::runtime
