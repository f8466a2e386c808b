#include "mqtt/io/message_ring.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chargehook::mqtt::io {

bool MessageRing::push(Message message) {
  const std::lock_guard guard{mutex_};
  const bool was_empty = messages_.empty();
  if (messages_.size() == most_) {
    messages_.pop_front();
    ++dropped_;
  }
  messages_.push_back(std::move(message));
  return was_empty;
}

std::vector<Message> MessageRing::take(std::size_t most) {
  const std::lock_guard guard{mutex_};
  const auto end = messages_.begin() + static_cast<std::ptrdiff_t>(std::min(most, messages_.size()));
  std::vector<Message> out{std::make_move_iterator(messages_.begin()), std::make_move_iterator(end)};
  messages_.erase(messages_.begin(), end);
  return out;
}

std::uint64_t MessageRing::dropped() const {
  const std::lock_guard guard{mutex_};
  return dropped_;
}

}  // namespace chargehook::mqtt::io
