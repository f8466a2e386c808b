/// Messages that wait to be fetched, at most so many and so much: the oldest go when there is no room, and are counted.
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
  struct Room {
    std::size_t messages;
    std::size_t bytes;  ///< of topics and payloads
  };
  explicit MessageRing(Room room) : room_(room) {}

  /// The newest message always has room.
  /// @return true if it was empty: whoever fetches has to be told
  [[nodiscard]] bool push(Message message);
  [[nodiscard]] std::vector<Message> take(std::size_t most);
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  void drop_oldest();

  const Room room_;
  mutable std::mutex mutex_;
  std::deque<Message> messages_;  ///< guarded by mutex_
  std::size_t bytes_ = 0;         ///< guarded by mutex_: of messages_
  std::uint64_t dropped_ = 0;     ///< guarded by mutex_
};

}  // namespace chargehook::mqtt::io
