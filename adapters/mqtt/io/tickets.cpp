#include "mqtt/io/tickets.hpp"

namespace chargehook::mqtt::io {

Ticket Tickets::open() {
  const std::lock_guard guard{mutex_};
  return *open_.insert(static_cast<Ticket>(++last_)).first;
}

void Tickets::release(Ticket ticket) {
  {
    const std::lock_guard guard{mutex_};
    open_.erase(ticket);
  }
  changed_.notify_all();
}

bool Tickets::wait(Ticket ticket, std::chrono::milliseconds timeout) {
  std::unique_lock guard{mutex_};
  const bool is_released = changed_.wait_for(guard, timeout, [&] { return !open_.contains(ticket); });
  open_.erase(ticket);
  changed_.notify_all();
  return is_released;
}

bool Tickets::wait_for_none(std::chrono::milliseconds timeout) {
  std::unique_lock guard{mutex_};
  return changed_.wait_for(guard, timeout, [this] { return open_.empty(); });
}

}  // namespace chargehook::mqtt::io
