#include "judge/stream_judge.hpp"

#include <algorithm>

namespace chargehook::simulation {

StreamJudge::StreamJudge(std::string name, Complaints& complaints)
    : name_(std::move(name)), complaints_(complaints), links_{first_link(name_)} {}

void StreamJudge::complain(std::uint64_t n, const std::string& what) {
  complaints_.say("stream " + name_ + ", n " + std::to_string(n) + ": " + what);
}

void StreamJudge::started(const WireEvent& event) {
  if (event.n > 1'000'000) return complain(event.n, "is out of all bounds");
  if (seen_.size() < event.n) seen_.resize(event.n);
  if (auto& seen = seen_[event.n - 1]) {
    check_again(event, *seen);
  } else {
    first_seen(event);
  }
  Key& key = keys_[event.partition_key];
  if (key.under_way) {
    complain(event.n,
             "started while n " + std::to_string(*key.under_way) + " of " + event.partition_key + " was under way");
  }
  if (!key.open.empty() && *key.open.begin() < event.n) {
    complain(event.n, "overtook n " + std::to_string(*key.open.begin()) + " of " + event.partition_key);
  }
  key.under_way = event.n;
}

void StreamJudge::first_seen(const WireEvent& event) {
  seen_[event.n - 1] = Seen{event.id, event.partition_key, event.hash, event.previous_hash, event.sequence, false};
  Key& key = keys_[event.partition_key];
  if (event.n < key.highest) {
    complain(event.n, "came after n " + std::to_string(key.highest) + " of the same " + event.partition_key);
  }
  key.highest = std::max(key.highest, event.n);
  key.open.insert(event.n);
  extend_chain();
}

void StreamJudge::check_again(const WireEvent& event, const Seen& seen) {
  if (event.id != seen.id) complain(event.n, "was " + seen.id + " and came again as " + event.id);
  if (event.hash != seen.hash || event.previous_hash != seen.previous_hash) {
    complain(event.n, "came again with another hash");
  }
  if (event.sequence != seen.sequence) complain(event.n, "came again with another sequence");
}

void StreamJudge::extend_chain() {
  while (links_.size() <= seen_.size() && seen_[links_.size() - 1]) {
    const std::uint64_t n = links_.size();
    const Seen& seen = *seen_[n - 1];
    const Link link = next_link(links_.back(), n, seen.id);
    if (seen.previous_hash != sent_form(links_.back())) complain(n, "prevhash is not the hash before");
    if (seen.hash != sent_form(link)) complain(n, "hash does not follow from n and id");
    if (n > 1 && seen.sequence <= seen_[n - 2]->sequence) complain(n, "sequence does not rise with n");
    links_.push_back(link);
  }
}

void StreamJudge::ended(std::uint64_t n, bool acknowledged) {
  if (n == 0 || n > seen_.size() || !seen_[n - 1]) return;
  Seen& seen = *seen_[n - 1];
  Key& key = keys_[seen.key];
  if (key.under_way == n) key.under_way.reset();
  if (!acknowledged) return;
  seen.acknowledged = true;
  key.open.erase(n);
}

void StreamJudge::run_ended() {
  for (auto& [name, key] : keys_) key.under_way.reset();
}

void StreamJudge::close() {
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    if (!seen_[i]) complain(i + 1, "was never sent");
  }
}

bool StreamJudge::is_at_rest() const {
  return links_.size() == seen_.size() + 1 &&
         std::ranges::all_of(keys_, [](const auto& key) { return key.second.open.empty() && !key.second.under_way; });
}

std::string StreamJudge::id_at(std::uint64_t n) const {
  return n > 0 && n <= seen_.size() && seen_[n - 1] ? seen_[n - 1]->id : std::string{};
}

bool StreamJudge::is_acknowledged(std::uint64_t n) const {
  return n > 0 && n <= seen_.size() && seen_[n - 1] && seen_[n - 1]->acknowledged;
}

std::optional<Link> StreamJudge::link_at(std::uint64_t n) const {
  if (n >= links_.size()) return std::nullopt;
  return links_[n];
}

}  // namespace chargehook::simulation
