/// The one heap of all that will happen, by simulated time; what happens at the same moment keeps the order in which it
/// was put in. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

namespace chargehook::simulation {

/// Since the simulation began. Never jumps; the gateway does not see it (see Clock).
using Moment = std::chrono::nanoseconds;

class Schedule {
 public:
  using Action = std::function<void()>;

  [[nodiscard]] Moment now() const { return now_; }
  void after(Moment wait, Action action) { heap_.push({now_ + wait, next_++, std::move(action)}); }

  /// Moves the time to the next thing and lets it happen. @return false if there is none
  bool step() {
    if (heap_.empty()) return false;
    now_ = heap_.top().when;
    const Action action = std::move(const_cast<Entry&>(heap_.top()).action);  // moved out just before it is popped
    heap_.pop();
    action();
    return true;
  }

 private:
  struct Entry {
    Moment when;
    std::uint64_t order;
    Action action;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.when != b.when ? a.when > b.when : a.order > b.order;
    }
  };

  Moment now_{0};
  std::uint64_t next_ = 0;
  std::priority_queue<Entry, std::vector<Entry>, Later> heap_;
};

}  // namespace chargehook::simulation
