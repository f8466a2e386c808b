#include "delivery/attempts_under_way.hpp"

namespace chargehook::delivery {

AttemptId AttemptsUnderWay::start(const UnderWay& attempt) {
  attempts_.emplace_hint(attempts_.end(), ++last_id_, attempt);
  return AttemptId{last_id_};
}

std::optional<UnderWay> AttemptsUnderWay::end(AttemptId id) {
  const auto found = attempts_.find(static_cast<std::uint64_t>(id));
  if (found == attempts_.end()) return std::nullopt;
  const UnderWay attempt = found->second;
  attempts_.erase(found);
  return attempt;
}

std::vector<UnderWay> AttemptsUnderWay::abandon(std::uint32_t endpoint) {
  std::vector<UnderWay> abandoned;
  for (auto& [id, attempt] : attempts_) {
    if (attempt.stream.endpoint != endpoint || attempt.is_abandoned) continue;
    abandoned.push_back(attempt);
    attempt.is_abandoned = true;
  }
  return abandoned;
}

void AttemptsUnderWay::drop(std::uint32_t endpoint) {
  std::erase_if(attempts_, [&](const auto& entry) { return entry.second.stream.endpoint == endpoint; });
}

}  // namespace chargehook::delivery
