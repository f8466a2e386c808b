#include "ocpp/held_lane.hpp"

namespace chargehook::ocpp {

std::size_t HeldLane::pass(Message message, HoldToken wait_for, model::BootTime until, std::vector<Message>& out) {
  if (waiting_.empty() && wait_for == no_hold) {
    out.push_back(std::move(message));
    return 0;
  }
  bytes_ += message.bytes.size();
  waiting_.push_back({std::move(message), wait_for, until});
  return waiting_.size() > messages_max || bytes_ > bytes_max ? release_all(out) : 0;
}

void HeldLane::release(HoldToken token, std::vector<Message>& out) {
  for (Waiting& waiting : waiting_) {
    if (waiting.wait_for == token) waiting.wait_for = no_hold;
  }
  let_through(out);
}

std::size_t HeldLane::expire(model::BootTime now, std::vector<Message>& out) {
  std::size_t ended = 0;
  for (Waiting& waiting : waiting_) {
    if (waiting.wait_for == no_hold || waiting.until > now) continue;
    waiting.wait_for = no_hold;
    ++ended;
  }
  let_through(out);
  return ended;
}

std::size_t HeldLane::release_all(std::vector<Message>& out) { return expire(model::BootTime::max(), out); }

std::optional<model::BootTime> HeldLane::next_deadline() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.front().until;
}

void HeldLane::let_through(std::vector<Message>& out) {
  while (!waiting_.empty() && waiting_.front().wait_for == no_hold) {
    bytes_ -= waiting_.front().message.bytes.size();
    out.push_back(std::move(waiting_.front().message));
    waiting_.pop_front();
  }
}

}  // namespace chargehook::ocpp
