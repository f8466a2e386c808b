/// Who waits for which release: a token is given out with what to do when it comes back.
/// One thread (the core's).
#pragma once

#include <functional>
#include <map>

#include "core/outputs.hpp"

namespace chargehook::runtime {

class Answers {
 public:
  using Handler = std::function<void(const core::Release&)>;

  /// @param handler runs once, when the core releases the token
  [[nodiscard]] core::Token expect(Handler handler);

  void release(const core::Release& release);

 private:
  std::map<core::Token, Handler> waiting_;
  std::uint64_t next_ = 1;
};

}  // namespace chargehook::runtime
