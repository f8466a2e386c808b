#include "rules/engine/deadlines.hpp"

#include <algorithm>
#include <tuple>

namespace chargehook::rules {

void Deadlines::reset(std::size_t instances) {
  heap_.clear();
  heap_.reserve(2 * instances);
  wishes_.assign(instances, {});
}

void Deadlines::set(std::uint32_t instance, std::optional<model::BootTime> at) {
  Wish& wish = wishes_[instance];
  wish.wanted = at;
  if (!at || (wish.queued && *wish.queued <= *at)) return;  // the entry there comes first and will find the new moment
  push(instance, *at);
}

std::optional<model::BootTime> Deadlines::next() const {
  return heap_.empty() ? std::nullopt : std::optional{heap_.front().at};
}

std::optional<std::uint32_t> Deadlines::take_due(model::BootTime now) {
  while (!heap_.empty() && heap_.front().at <= now) {
    const Entry entry = heap_.front();
    std::ranges::pop_heap(heap_, later);
    heap_.pop_back();
    Wish& wish = wishes_[entry.instance];
    if (wish.queued != entry.at) continue;  // an earlier entry has overtaken this one
    wish.queued.reset();
    if (!wish.wanted) continue;
    if (*wish.wanted > entry.at) {
      push(entry.instance, *wish.wanted);
      continue;
    }
    wish.wanted.reset();
    return entry.instance;
  }
  return std::nullopt;
}

bool Deadlines::later(const Entry& a, const Entry& b) {
  return std::tie(a.at, a.instance) > std::tie(b.at, b.instance);
}

void Deadlines::push(std::uint32_t instance, model::BootTime at) {
  heap_.push_back({at, instance});
  std::ranges::push_heap(heap_, later);
  wishes_[instance].queued = at;
}

}  // namespace chargehook::rules
