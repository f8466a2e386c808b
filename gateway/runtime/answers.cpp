#include "runtime/answers.hpp"

namespace chargehook::runtime {

core::Token Answers::expect(Handler handler) {
  const core::Token token{next_++};
  waiting_.emplace(token, std::move(handler));
  return token;
}

void Answers::release(const core::Release& release) {
  if (const auto waiting = waiting_.extract(release.token)) waiting.mapped()(release);
}

}  // namespace chargehook::runtime
