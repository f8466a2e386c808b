/// Low file descriptors, kept free from the start of the process on. libmodbus waits with select(), which ends the
/// process for a descriptor of 1024 or more; a gateway with a thousand chargers has those.
/// Owner: main, made before anything else opens files; outlives all links. Any thread.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

namespace chargehook::modbus::io {

class ReservedDescriptors {
 public:
  /// Takes `count` numbers below 1024 and asserts that it gets them.
  explicit ReservedDescriptors(int count);
  ~ReservedDescriptors();
  ReservedDescriptors(const ReservedDescriptors&) = delete;
  ReservedDescriptors& operator=(const ReservedDescriptors&) = delete;

  /// Moves an open file to one of the numbers and closes `descriptor`.
  /// @return the number; nothing, with `descriptor` closed, if all are in use
  [[nodiscard]] std::optional<int> move_here(int descriptor);

  /// Closes the file at a number of ours, and keeps the number.
  void give_back(int number);

 private:
  std::mutex mutex_;
  std::vector<int> free_;  ///< guarded by mutex_; each is open on /dev/null
};

}  // namespace chargehook::modbus::io
