/// Messages that wait to be fetched, at most so many: the oldest goes when there is no room, and is counted.
/// Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace chargehook::mqtt::io {

struct Message {
  std::string topic;
  std::string payload;
  bool is_retained = false;
};

class MessageRing {
 public:
  explicit MessageRing(std::size_t most) : most_(most) {}

  /// @return true if it was empty: whoever fetches has to be told
  [[nodiscard]] bool push(Message message);
  [[nodiscard]] std::vector<Message> take(std::size_t most);
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::deque<Message> messages_;  ///< guarded by mutex_
  std::uint64_t dropped_ = 0;     ///< guarded by mutex_
};

}  // namespace chargehook::mqtt::io
