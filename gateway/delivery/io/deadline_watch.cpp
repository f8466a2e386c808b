#include "delivery/io/deadline_watch.hpp"

namespace chargehook::delivery::io {

DeadlineWatch::~DeadlineWatch() { stop(); }

DeadlineWatch::Ticket DeadlineWatch::arm(Time when, std::shared_ptr<Line> line) {
  const std::lock_guard lock{mutex_};
  const Ticket ticket{when, ++last_};
  if (stopped_) {
    line->cut();
    return ticket;
  }
  if (!thread_.joinable()) thread_ = std::thread{&DeadlineWatch::run, this};
  const auto place = armed_.emplace(ticket, std::move(line)).first;
  if (place == armed_.begin()) changed_.notify_one();
  return ticket;
}

void DeadlineWatch::disarm(const Ticket& ticket) {
  const std::lock_guard lock{mutex_};
  armed_.erase(ticket);
}

void DeadlineWatch::stop() {
  std::thread ending;
  {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    for (auto& [ticket, line] : armed_) line->cut();
    armed_.clear();
    ending.swap(thread_);
  }
  changed_.notify_one();
  if (ending.joinable()) ending.join();
}

void DeadlineWatch::run() {
  std::unique_lock lock{mutex_};
  while (!stopped_) {
    if (armed_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = armed_.begin();
    if (std::chrono::steady_clock::now() < first->first.first) {
      changed_.wait_until(lock, Time{first->first.first});
      continue;
    }
    first->second->cut();
    armed_.erase(first);
  }
}

}  // namespace chargehook::delivery::io
