#include "core/store_check.hpp"

#include <utility>

namespace chargehook::core {

using namespace std::chrono_literals;

namespace {

constexpr auto first_walk_after = 1h;  // what a start has looked at need not be looked at again at once
constexpr auto walk_every = 24h;
constexpr auto pause = 50ms;  // between pieces of 256 records: 3 million records take ten minutes
constexpr auto pause_after_failure = 1s;

}  // namespace

StoreCheck::StoreCheck(const model::Now& started) : next_walk_(started.boot + first_walk_after) {}

void StoreCheck::ask(const model::Now& now, std::uint64_t records_total) {
  in_a_hurry_ = true;
  if (!report_.running) return begin(now, records_total);
  if (next_piece_) next_piece_ = now.boot;
}

void StoreCheck::on_timer(const model::Now& now, std::uint64_t records_total) {
  if (!report_.running && now.boot >= next_walk_) begin(now, records_total);
}

void StoreCheck::begin(const model::Now& now, std::uint64_t records_total) {
  report_.running = true;
  report_.records_seen = 0;
  report_.rows_seen = 0;
  report_.records_total = records_total;
  report_.findings = {};
  report_.reason.clear();
  begins_ = true;
  next_piece_ = now.boot;
}

bool StoreCheck::walked(const model::Now& now, const journal::WalkResult& result) {
  report_.reason = result.reason;
  if (!result.reason.empty() && !result.done) {
    next_piece_ = now.boot + pause_after_failure;
    return false;
  }
  report_.records_seen = result.records_seen;
  report_.rows_seen = result.rows_seen;
  report_.findings = result.findings;
  next_piece_ = now.boot + (in_a_hurry_ ? 0ms : pause);
  if (!result.done) return false;
  next_piece_.reset();
  next_walk_ = now.boot + walk_every;
  in_a_hurry_ = false;
  report_.running = false;
  report_.ended = now.wall;
  ++report_.walks;
  return true;
}

std::optional<journal::WalkRequest> StoreCheck::take_request(const model::Now& now) {
  if (!next_piece_ || *next_piece_ > now.boot) return std::nullopt;
  next_piece_.reset();
  return journal::WalkRequest{std::exchange(begins_, false)};
}

std::optional<model::BootTime> StoreCheck::next_deadline() const {
  if (next_piece_) return next_piece_;
  return report_.running ? std::nullopt : std::optional{next_walk_};
}

}  // namespace chargehook::core
