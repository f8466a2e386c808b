#include "runtime/core_loop.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "runtime/log.hpp"
#include "runtime/system_clock.hpp"

namespace chargehook::runtime {

namespace {

/// Sockets and timers get a turn after so many inputs at the latest.
constexpr std::size_t inputs_in_a_row = 256;

}  // namespace

CoreLoop::CoreLoop(boost::asio::io_context& io, core::Core& core, Ports ports)
    : io_(io), core_(core), ports_(std::move(ports)), timer_(io) {}

void CoreLoop::start() { input(core::TimerDue{}); }

void CoreLoop::input(core::Input given) {
  take(std::move(given), core::Follows::nothing);
  arm_timer();
}

void CoreLoop::stop() {
  stopped_ = true;
  timer_.cancel();
}

void CoreLoop::post(core::Input given) {
  if (put_in_inbox(std::move(given))) boost::asio::post(io_, [this] { drain(); });
}

/// @return whether a turn has to be posted for it
bool CoreLoop::put_in_inbox(core::Input given) {
  const std::lock_guard lock{mutex_};
  if (auto* seen = std::get_if<core::ReadingsSeen>(&given)) {
    make_room_for(seen->readings.size());
    readings_waiting_ += seen->readings.size();
    readings_.push_back(std::move(*seen));
  } else {
    inbox_.push_back(std::move(given));
  }
  return !std::exchange(drain_posted_, true);
}

void CoreLoop::make_room_for(std::size_t readings) {
  while (!readings_.empty() && readings_waiting_ + readings > readings_waiting_max) {
    const auto oldest = readings_.front().readings.size();
    readings_waiting_ -= oldest;
    readings_dropped_ += oldest;
    readings_.pop_front();
  }
}

void CoreLoop::ask_status(core::Token token) {
  auto adapters = ports_.adapters();
  adapters.push_back(inbox_status());
  input(core::StatusAsked{token, std::move(adapters)});
}

core::AdapterStatus CoreLoop::inbox_status() {
  core::AdapterStatus out;
  out.kind = "core";
  out.name = "inbox";
  const std::lock_guard lock{mutex_};
  out.counters = {{"readings_waiting", readings_waiting_}};
  out.losses = {{"readings_dropped", readings_dropped_}};
  return out;
}

/// One turn. The lock is held for a swap only: sender, writer and reader post through it.
void CoreLoop::drain() {
  if (drained_ == draining_.size()) refill();
  const auto end = std::min(draining_.size(), drained_ + inputs_in_a_row);
  while (drained_ < end) {
    core::Input& next = draining_[drained_++];
    take(std::move(next), drained_ < end ? core::Follows::more : core::Follows::nothing);
  }
  arm_timer();
  if (drained_ < draining_.size() || inbox_has_more()) boost::asio::post(io_, [this] { drain(); });
}

void CoreLoop::refill() {
  draining_.clear();
  drained_ = 0;
  std::deque<core::ReadingsSeen> readings;
  {
    const std::lock_guard lock{mutex_};
    draining_.swap(inbox_);
    readings.swap(readings_);
    readings_waiting_ = 0;
  }
  for (auto& seen : readings) draining_.emplace_back(std::move(seen));
}

bool CoreLoop::inbox_has_more() {
  const std::lock_guard lock{mutex_};
  drain_posted_ = !inbox_.empty() || !readings_.empty();
  return drain_posted_;
}

void CoreLoop::take(core::Input given, core::Follows follows) {
  if (stopped_) return;
  CHARGEHOOK_ASSERT(!stepping_);
  if (thread_ == std::thread::id{}) thread_ = std::this_thread::get_id();
  CHARGEHOOK_ASSERT(thread_ == std::this_thread::get_id());
  stepping_ = true;
  core_.step(read_clocks(), std::move(given), outputs_, follows);
  carry_out();
  stepping_ = false;
}

void CoreLoop::carry_out() {
  for (auto& command : outputs_.ocpp) ports_.ocpp(std::move(command));  // chargers do not wait for what is below
  for (const auto& line : outputs_.log) log(line);
  if (outputs_.commit) ports_.commit(std::move(outputs_.commit));
  if (outputs_.reopen_store) ports_.reopen_store();
  for (auto& read : outputs_.reads) ports_.read(read);
  if (outputs_.walk) ports_.walk(*outputs_.walk);
  if (outputs_.held_file) ports_.write_held(std::move(*outputs_.held_file));
  if (outputs_.count_held_files) ports_.count_held();
  for (auto& attempt : outputs_.attempts) ports_.attempt(std::move(attempt));
  for (auto& release : outputs_.releases) ports_.release(std::move(release));
  if (outputs_.config_taken) ports_.config_taken(std::move(outputs_.config_taken));
  const bool stopped = outputs_.stopped;
  const bool all_committed = outputs_.all_committed;
  const std::string damage = std::exchange(outputs_.store_damaged, {});
  outputs_.clear();
  if (!damage.empty()) ports_.store_damaged(damage);
  if (stopped) ports_.stopped(all_committed);
}

void CoreLoop::arm_timer() {
  if (stopped_) return;
  const auto deadline = core_.next_deadline();
  if (deadline == armed_for_) return;
  armed_for_ = deadline;
  if (!deadline) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(std::max(*deadline - read_clocks().boot, model::Nanoseconds{0}));
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    armed_for_.reset();
    input(core::TimerDue{});
  });
}

}  // namespace chargehook::runtime
