#include "delivery/key_order.hpp"

#include <algorithm>
#include <functional>

namespace chargehook::delivery {

void KeyOrder::add(std::uint64_t n, const std::string& key) {
  const auto [found, is_new] = keys_.try_emplace(key);
  if (!is_new) place(found->second).next = n;
  found->second = n;
  place(n) = {&*found, 0};
  if (is_new) put_back(n);
}

std::optional<std::uint64_t> KeyOrder::first_ready() const {
  if (ready_.empty()) return std::nullopt;
  return ready_.front();
}

void KeyOrder::start_first_ready() {
  std::ranges::pop_heap(ready_, std::greater{});
  ready_.pop_back();
}

void KeyOrder::done(std::uint64_t n) {
  const Place ended = place(n);
  place(n) = {};
  if (ended.next == 0) {
    keys_.erase(keys_.find(ended.key->first));
    return;
  }
  put_back(ended.next);
}

void KeyOrder::drop(std::uint64_t n) {
  if (std::erase(ready_, n) > 0) std::ranges::make_heap(ready_, std::greater{});
  std::erase_if(held_back_, [n](const auto& held) { return held.second == n; });
  done(n);
}

void KeyOrder::put_back(std::uint64_t n) {
  ready_.push_back(n);
  std::ranges::push_heap(ready_, std::greater{});
}

void KeyOrder::hold_back(std::uint64_t n, model::BootTime until) { held_back_.emplace(until, n); }

std::optional<model::BootTime> KeyOrder::held_until(std::uint64_t n) const {
  const auto found = std::ranges::find(held_back_, n, &std::pair<model::BootTime, std::uint64_t>::second);
  if (found == held_back_.end()) return std::nullopt;
  return found->first;
}

std::vector<std::uint64_t> KeyOrder::behind(std::uint64_t n) const {
  std::vector<std::uint64_t> all;
  for (std::uint64_t each = n; each != 0; each = place(each).next) all.push_back(each);
  return all;
}

void KeyOrder::remove_key(std::uint64_t n) {
  keys_.erase(keys_.find(place(n).key->first));
  std::erase_if(held_back_, [n](const auto& held) { return held.second == n; });
  for (const auto each : behind(n)) place(each) = {};
}

void KeyOrder::release_due(model::BootTime now) {
  while (!held_back_.empty() && held_back_.begin()->first <= now) {
    put_back(held_back_.begin()->second);
    held_back_.erase(held_back_.begin());
  }
}

std::optional<model::BootTime> KeyOrder::next_release() const {
  if (held_back_.empty()) return std::nullopt;
  return held_back_.begin()->first;
}

}  // namespace chargehook::delivery
