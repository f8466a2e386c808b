#include "modbus/line.hpp"

#include <algorithm>
#include <utility>

#include "model/result.hpp"

namespace chargehook::modbus {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_back_off{1'000};
constexpr milliseconds longest_back_off{30'000};

/// Bus silence before a request. 3.5 characters are 4 ms at 9600 baud; meters that answer late are still busy then.
constexpr milliseconds serial_pause{20};

/// A line that is never silent is asked all the same after so many silences.
constexpr int drains_at_most = 5;

milliseconds link_back_off(int failures) {
  milliseconds delay = first_back_off;
  for (int i = 1; i < failures && delay < longest_back_off; ++i) delay *= 2;
  return std::min(delay, longest_back_off);
}

}  // namespace

Line::Line(LineConfig config, model::BootTime start)
    : config_(std::move(config)),
      framing_(config_.is_serial() ? Framing::rtu : Framing::tcp),
      last_(Wait{start}),
      open_at_(start),
      ask_at_(start) {
  CHARGEHOOK_ASSERT(!config_.devices.empty());
  devices_.reserve(config_.devices.size());
  for (const DeviceConfig& device : config_.devices) devices_.emplace_back(device, config_.name, start);
  status_.name = config_.name;
}

Command Line::step(const model::Now& now, const Happened& happened, LineOutputs& out) {
  take(now, happened, out);
  mark_stale(now, out);
  last_ = choose(now);
  return last_;
}

void Line::take(const model::Now& now, const Happened& happened, LineOutputs& out) {
  if (std::holds_alternative<Open>(last_)) return take_open_result(now, happened, out);
  if (std::holds_alternative<Drain>(last_)) return take_drain_result(now, happened, out);
  if (std::holds_alternative<Ask>(last_)) return take_answer(now, happened, out);
}

void Line::take_open_result(const model::Now& now, const Happened& happened, LineOutputs& out) {
  if (const auto* failure = std::get_if<Failed>(&happened)) {
    ++status_.open_failed;
    return link_lost(now, failure->reason, out);
  }
  is_open_ = true;
  ++status_.opened;
}

void Line::take_drain_result(const model::Now& now, const Happened& happened, LineOutputs& out) {
  must_drain_ = false;
  if (std::holds_alternative<StillNoisy>(happened)) ++status_.noisy;
  if (const auto* failure = std::get_if<Failed>(&happened)) link_lost(now, failure->reason, out);
}

void Line::take_answer(const model::Now& now, const Happened& happened, LineOutputs& out) {
  ask_at_ = now.boot + (framing_ == Framing::rtu ? serial_pause : milliseconds{0});
  if (const auto* frame = std::get_if<Frame>(&happened)) return take_frame(now, *frame, out);
  if (const auto* broken = std::get_if<BrokenFrame>(&happened)) return poll_failed(now, {broken->reason, 0});
  if (const auto* failure = std::get_if<Failed>(&happened)) {
    std::exchange(polled_, nullptr)->interrupted();
    return link_lost(now, failure->reason, out);
  }
  poll_failed(now, {PollError::no_reply, 0});
}

void Line::take_frame(const model::Now& now, const Frame& frame, LineOutputs& out) {
  const ReadReply reply = read_reply(framing_, polled_->request(), frame.bytes);
  const auto* bad = std::get_if<BadReply>(&reply);
  if (bad != nullptr && bad->error != PollError::refused) return poll_failed(now, *bad);
  link_failures_ = 0;
  if (std::exchange(said_broken_, false)) out.changes.push_back({"", true, "line " + config_.name + " works again"});
  const bool goes_on = bad != nullptr ? polled_->took_refusal(now, bad->exception, out)
                                      : polled_->took_words(now, std::get<std::vector<std::uint16_t>>(reply), out);
  if (!goes_on) polled_ = nullptr;
}

/// What may still come belongs to nobody: a serial line is drained, a connection is made anew. An exception is a whole
/// answer and leaves nothing behind.
void Line::poll_failed(const model::Now& now, BadReply reason) {
  std::exchange(polled_, nullptr)->failed(now, reason);
  if (reason.exception != 0) return;
  (framing_ == Framing::rtu ? must_drain_ : must_close_) = true;
}

void Line::link_lost(const model::Now& now, const std::string& reason, LineOutputs& out) {
  must_close_ = is_open_;
  must_drain_ = false;
  ++link_failures_;
  open_at_ = now.boot + link_back_off(link_failures_);
  status_.last_error = reason;
  if (!std::exchange(said_broken_, true)) out.changes.push_back({"", false, "line " + config_.name + ": " + reason});
}

void Line::mark_stale(const model::Now& now, LineOutputs& out) {
  const bool others = std::ranges::any_of(
      devices_, [&](const PolledDevice& device) { return device.answers() && device.stale_at() > now.boot; });
  for (PolledDevice& device : devices_) {
    const auto moment = device.stale_at();
    if (moment && *moment <= now.boot && &device != polled_) device.become_stale(now, others, out);
  }
}

Command Line::choose(const model::Now& now) {
  if (std::exchange(must_close_, false)) {
    is_open_ = false;
    return Close{};
  }
  if (!is_open_) {
    if (now.boot >= open_at_) return Open{config_.timeout};
    return wait_until(open_at_);
  }
  if (must_drain_) return Drain{config_.timeout, config_.timeout * drains_at_most};
  return choose_device(now);
}

Command Line::choose_device(const model::Now& now) {
  if (polled_ == nullptr) {
    PolledDevice& next = *std::ranges::min_element(devices_, {}, &PolledDevice::due);
    if (next.due() > now.boot) return wait_until(next.due());
  }
  if (now.boot < ask_at_) return Wait{ask_at_};
  if (polled_ == nullptr) {
    polled_ = &*std::ranges::min_element(devices_, {}, &PolledDevice::due);
    polled_->begin_poll(now);
  }
  return Ask{polled_->request(), config_.timeout};
}

/// Wakes earlier for a device that becomes stale.
Wait Line::wait_until(model::BootTime moment) const {
  for (const PolledDevice& device : devices_) {
    if (const auto stale = device.stale_at()) moment = std::min(moment, *stale);
  }
  return Wait{moment};
}

LineStatus Line::status() const {
  LineStatus status = status_;
  status.is_open = is_open_;
  for (const PolledDevice& device : devices_) status.devices.push_back(device.status());
  return status;
}

}  // namespace chargehook::modbus
