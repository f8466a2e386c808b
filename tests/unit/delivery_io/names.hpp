/// Names that only this program knows: its own getaddrinfo stands before the system's, for all it links.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace chargehook::delivery::io {

class Names {
 public:
  static Names& instance();

  /// A name with these IPv4 addresses, in this order.
  void add(const std::string& name, std::vector<std::string> addresses);

  /// A name whose look-up takes until `release_all`.
  void add_hanging(const std::string& name);

  /// Waits until `count` look-ups hang at once.
  void await_hanging(int count);

  /// Lets those that hang end without a result, and waits until all have.
  void release_all();

  /// @return whether the name is one of these; then `addresses` are its own, none if it hung
  bool find(const std::string& name, std::vector<std::string>& addresses);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::vector<std::string>> known_;
  std::map<std::string, bool> hanging_;  ///< value: whether it still hangs
  int waiting_ = 0;
};

}  // namespace chargehook::delivery::io
