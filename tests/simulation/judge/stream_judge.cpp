#include "judge/stream_judge.hpp"

#include <algorithm>

namespace chargehook::simulation {

StreamJudge::StreamJudge(std::string name, Complaints& complaints, HeldFiles* held)
    : name_(std::move(name)), complaints_(complaints), held_(held), links_{first_link(name_)} {}

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
  overtake(event.n, key);
  key.under_way = event.n;
}

/// Earlier ones of the key that were not acknowledged have been given up: a gap has to tell of them, at the latest in
/// the end. Billing lies in a file by then.
void StreamJudge::overtake(std::uint64_t n, Key& key) {
  const bool may_be_lost = name_.find("/billing/", name_.find('/') + 1) == std::string::npos;
  while (!key.open.empty() && *key.open.begin() < n) {
    const auto left = key.open.extract(key.open.begin()).value();
    const auto& seen = seen_[left - 1];
    const bool is_held = held_ != nullptr && seen && held_->holds(seen->sequence, seen->id);
    if (!may_be_lost && !is_held) complain(n, "overtook n " + std::to_string(left));
    overtaken_.insert(left);
  }
}

void StreamJudge::lost(const WireGap& gap) {
  std::uint64_t numbers = 0;
  for (const auto& loss : gap.losses) {
    if (loss.to_n > 1'000'000) return complain(loss.to_n, "is told to be lost and out of all bounds");
    numbers += loss.to_n - loss.from_n + 1;
    if (seen_.size() < loss.to_n) seen_.resize(loss.to_n);
    for (std::uint64_t n = loss.from_n; n <= loss.to_n; ++n) {
      lost_.insert(n);
      if (seen_[n - 1]) keys_[seen_[n - 1]->key].open.erase(n);
    }
    tell_link(loss.from_n - 1, loss.before);
    tell_link(loss.to_n, loss.after);
  }
  if (gap.events > numbers) complain(gap.losses.front().from_n, "a gap counts more events than numbers");
  extend_chain();
}

void StreamJudge::tell_link(std::uint64_t n, const Link& link) {
  const auto [known, is_new] = told_.try_emplace(n, link);
  const auto worked_out = link_at(n);
  if (known->second != link || (worked_out && *worked_out != link)) complain(n, "a gap tells another hash");
}

void StreamJudge::first_seen(const WireEvent& event) {
  if (lost_.contains(event.n)) complain(event.n, "was told to be lost and is sent");
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
  if (overtaken_.contains(event.n)) complain(event.n, "came again after a later one of " + event.partition_key);
}

void StreamJudge::extend_chain() {
  while (links_.size() <= seen_.size()) {
    const std::uint64_t n = links_.size();
    const auto& seen = seen_[n - 1];
    if (!seen && !lost_.contains(n)) return;
    auto link = seen ? link_of_seen(n, *seen) : std::nullopt;
    const auto told = told_.find(n);
    if (told != told_.end() && link && *link != told->second) complain(n, "a gap tells another hash");
    if (told != told_.end()) link = told->second;
    links_.push_back(link);
  }
}

/// Nothing where the hash before is not known: within a loss.
std::optional<Link> StreamJudge::link_of_seen(std::uint64_t n, const Seen& seen) {
  if (n > 1 && seen_[n - 2] && seen.sequence <= seen_[n - 2]->sequence) complain(n, "sequence does not rise with n");
  if (!links_.back()) return std::nullopt;
  const Link link = next_link(*links_.back(), n, seen.id);
  if (seen.previous_hash != sent_form(*links_.back())) complain(n, "prevhash is not the hash before");
  if (seen.hash != sent_form(link)) complain(n, "hash does not follow from n and id");
  return link;
}

void StreamJudge::ended(std::uint64_t n, bool acknowledged) {
  if (n == 0 || n > seen_.size() || !seen_[n - 1]) return;
  Seen& seen = *seen_[n - 1];
  Key& key = keys_[seen.key];
  if (key.under_way == n) key.under_way.reset();
  if (!acknowledged) return;
  seen.acknowledged = true;
  key.open.erase(n);
  overtaken_.erase(n);
}

void StreamJudge::run_ended() {
  for (auto& [name, key] : keys_) key.under_way.reset();
}

void StreamJudge::close() {
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    if (!seen_[i] && !lost_.contains(i + 1)) complain(i + 1, "was never sent");
  }
  for (const auto n : overtaken_) {
    if (!lost_.contains(n)) complain(n, "was overtaken by a later one of its device");
  }
}

bool StreamJudge::is_at_rest() const {
  return links_.size() == seen_.size() + 1 &&
         std::ranges::all_of(overtaken_, [&](const auto n) { return lost_.contains(n); }) &&
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

std::string StreamJudge::hash_at(std::uint64_t n) const {
  return n > 0 && n <= seen_.size() && seen_[n - 1] ? seen_[n - 1]->hash : std::string{};
}

}  // namespace chargehook::simulation
