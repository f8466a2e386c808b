#include "runtime/core_loop.hpp"

#include <boost/asio/post.hpp>
#include <iterator>

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
  take(std::move(given));
  arm_timer();
}

void CoreLoop::stop() {
  stopped_ = true;
  timer_.cancel();
}

void CoreLoop::post(core::Input given) {
  bool first = false;
  {
    const std::lock_guard lock{mutex_};
    first = inbox_.empty();
    inbox_.push_back(std::move(given));
  }
  if (first) boost::asio::post(io_, [this] { drain(); });
}

void CoreLoop::drain() {
  {
    const std::lock_guard lock{mutex_};
    const auto count = std::min(inbox_.size(), inputs_in_a_row);
    const auto end = inbox_.begin() + static_cast<std::ptrdiff_t>(count);
    draining_.assign(std::make_move_iterator(inbox_.begin()), std::make_move_iterator(end));
    inbox_.erase(inbox_.begin(), end);
    if (!inbox_.empty()) boost::asio::post(io_, [this] { drain(); });
  }
  for (auto& given : draining_) take(std::move(given));
  draining_.clear();
  arm_timer();
}

void CoreLoop::take(core::Input given) {
  if (stopped_) return;
  CHARGEHOOK_ASSERT(!stepping_);
  stepping_ = true;
  core_.step(read_clocks(), std::move(given), outputs_);
  carry_out();
  stepping_ = false;
}

void CoreLoop::carry_out() {
  for (const auto& line : outputs_.log) log(line);
  if (outputs_.commit) ports_.commit(std::move(outputs_.commit));
  if (outputs_.reopen_store) ports_.reopen_store();
  for (auto& read : outputs_.reads) ports_.read(read);
  for (auto& attempt : outputs_.attempts) ports_.attempt(std::move(attempt));
  for (auto& command : outputs_.ocpp) ports_.ocpp(std::move(command));
  for (auto& release : outputs_.releases) ports_.release(std::move(release));
  const bool stopped = outputs_.stopped;
  outputs_.clear();
  if (stopped) ports_.stopped();
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
