#include "mqtt/io/message_ring.hpp"

#include <algorithm>
#include <utility>

namespace chargehook::mqtt::io {
namespace {

std::size_t bytes_of(const Message& message) { return message.topic.size() + message.payload.size(); }

}  // namespace

bool MessageRing::push(Message message) {
  const std::lock_guard guard{mutex_};
  const bool was_empty = messages_.empty();
  bytes_ += bytes_of(message);
  messages_.push_back(std::move(message));
  while (messages_.size() > 1 && (messages_.size() > room_.messages || bytes_ > room_.bytes)) drop_oldest();
  return was_empty;
}

void MessageRing::drop_oldest() {
  bytes_ -= bytes_of(messages_.front());
  messages_.pop_front();
  ++dropped_;
}

std::vector<Message> MessageRing::take(std::size_t most) {
  const std::lock_guard guard{mutex_};
  std::vector<Message> out;
  out.reserve(std::min(most, messages_.size()));
  while (out.size() < most && !messages_.empty()) {
    bytes_ -= bytes_of(messages_.front());
    out.push_back(std::move(messages_.front()));
    messages_.pop_front();
  }
  return out;
}

std::uint64_t MessageRing::dropped() const {
  const std::lock_guard guard{mutex_};
  return dropped_;
}

}  // namespace chargehook::mqtt::io
