/// A TCP connection that another thread may cut at any moment, whether it is being made, in use or idle.
/// It holds a descriptor of its own for the same socket: the number a library closes may be reused at once by somebody
/// else, this one not. Any thread.
#pragma once

#include <mutex>

namespace chargehook::delivery::io {

class Line {
 public:
  Line() = default;
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line();

  /// A new attempt begins: an earlier cut is forgotten.
  void begin();

  /// From here on `cut` reaches `socket`, which stays the caller's.
  /// @return false if it was cut before, or no descriptor is left
  [[nodiscard]] bool attach(int socket);

  /// Lets go of the socket. The other end sees the connection close once the caller's descriptor is closed too.
  void detach();

  /// Whoever waits on the socket wakes up: it reads as ended. Never blocks.
  void cut();

  [[nodiscard]] bool is_cut() const;

 private:
  mutable std::mutex mutex_;
  int duplicate_ = -1;
  bool cut_ = false;
};

}  // namespace chargehook::delivery::io
