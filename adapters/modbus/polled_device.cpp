#include "modbus/polled_device.hpp"

#include <algorithm>
#include <utility>

#include "modbus/wiring.hpp"
#include "model/result.hpp"

namespace chargehook::modbus {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_back_off{60'000};
constexpr int stale_after_intervals = 3;

/// The next point of the grid of `interval` through `due` that lies after `now`.
model::BootTime next_on_grid(model::BootTime due, milliseconds interval, model::BootTime now) {
  if (now < due) return due;
  const auto missed = (now - due) / std::chrono::nanoseconds(interval);
  return due + interval * (missed + 1);
}

/// One failure may be chance; from the second in a row on the interval doubles.
milliseconds back_off(milliseconds interval, int failures) {
  milliseconds delay = interval;
  for (int i = 1; i < failures && delay < longest_back_off; ++i) delay *= 2;
  return std::max(interval, std::min(delay, longest_back_off));
}

std::string seconds_text(std::chrono::nanoseconds duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) + " s";
}

}  // namespace

PolledDevice::PolledDevice(DeviceConfig config, std::string line, model::BootTime start)
    : config_(std::move(config)),
      line_(std::move(line)),
      plan_(make_read_plan(*config_.profile)),
      due_(start),
      good_at_(start),
      wants_serial_(config_.profile->identify.has_value()) {
  CHARGEHOOK_ASSERT(!plan_.empty() && config_.interval > milliseconds{0});
  status_.name = config_.name;
  status_.address = config_.address;
}

std::optional<model::BootTime> PolledDevice::stale_at() const {
  if (standing_ == Standing::stale) return std::nullopt;
  return good_at_ + stale_after_intervals * config_.interval;
}

void PolledDevice::begin_poll(const model::Now& now) {
  step_ = 0;
  points_.clear();
  refused_now_ = false;
  ++status_.polls;
  due_ = next_on_grid(due_, config_.interval, now.boot);
}

ReadRequest PolledDevice::request() const {
  const DeviceProfile& profile = *config_.profile;
  if (const Block* wanted = block()) return {config_.address, profile.function, wanted->first, wanted->count};
  CHARGEHOOK_ASSERT(profile.identify.has_value());
  return {config_.address, profile.identify->function, profile.identify->at,
          static_cast<std::uint16_t>(words_of(profile.identify->type))};
}

bool PolledDevice::took_words(const model::Now& now, std::span<const std::uint16_t> words, LineOutputs& out) {
  const Block* wanted = block();
  if (wanted == nullptr) {
    status_.serial = serial_number(*config_.profile, words);
    if (!status_.serial.empty()) out.changes.push_back({config_.name, true, title() + ": serial " + status_.serial});
    return false;
  }
  auto decoded = decode_registers(*config_.profile, *wanted, words);
  CHARGEHOOK_ASSERT(decoded.has_value());  // read_reply has counted them
  points_.insert(points_.end(), decoded.value().begin(), decoded.value().end());
  return next_step(now, out);
}

bool PolledDevice::took_refusal(const model::Now& now, std::uint8_t exception, LineOutputs& out) {
  note_error(PollError::refused, exception);
  const Block* wanted = block();
  if (wanted == nullptr) return false;  // no serial number: it does without
  const auto points = refused_points(*config_.profile, *wanted);
  points_.insert(points_.end(), points.begin(), points.end());
  refused_now_ = true;
  if (!refused_before_) {
    out.changes.push_back({config_.name, false,
                           title() + " refuses " + std::to_string(wanted->count) + " registers from " +
                               std::to_string(wanted->first) + ": exception " + std::to_string(exception) +
                               ". Is the profile " + config_.profile->name + " right?"});
  }
  return next_step(now, out);
}

bool PolledDevice::next_step(const model::Now& now, LineOutputs& out) {
  ++step_;
  if (step_ < plan_.size()) return true;
  deliver(now, out);
  return std::exchange(wants_serial_, false);
}

void PolledDevice::deliver(const model::Now& now, LineOutputs& out) {
  apply_ct_ratio(config_.ct_ratio, points_);
  apply_wiring(config_.wiring, points_);
  ++status_.good_polls;
  status_.failures_in_a_row = 0;
  status_.last_good = now.wall;
  good_at_ = now.boot;
  come_back(out);
  count_faults(out);
  last_.clear();
  for (const Point& point : points_) last_.push_back(reading_of(point, now));
  out.readings.insert(out.readings.end(), last_.begin(), last_.end());
}

void PolledDevice::come_back(LineOutputs& out) {
  if (standing_ != Standing::answers) out.changes.push_back({config_.name, true, title() + " answers on " + line_});
  if (standing_ == Standing::stale) wants_serial_ = config_.profile->identify.has_value();
  standing_ = Standing::answers;
  if (refused_before_ && !refused_now_) {
    out.changes.push_back({config_.name, true, title() + " gives all registers again"});
  }
  refused_before_ = refused_now_;
}

void PolledDevice::count_faults(LineOutputs& out) {
  std::vector<model::SignalId> implausible;
  for (const Point& point : points_) {
    if (point.fault == Fault::not_available) ++status_.not_available;
    if (point.fault == Fault::implausible) implausible.push_back(point.signal);
  }
  status_.implausible += implausible.size();
  if (implausible.empty() != implausible_before_.empty()) {
    const bool is_good = implausible.empty();
    const std::string signal{model::signal(is_good ? implausible_before_.front() : implausible.front()).name};
    out.changes.push_back(
        {config_.name, is_good, title() + ": " + signal + (is_good ? " is plausible again" : " is not plausible")});
  }
  implausible_before_ = std::move(implausible);
}

void PolledDevice::failed(const model::Now& now, BadReply reason) {
  note_error(reason.error, reason.exception);
  ++status_.failures_in_a_row;
  due_ = std::max(due_, now.boot + back_off(config_.interval, status_.failures_in_a_row));
}

void PolledDevice::interrupted() { note_error(PollError::link_lost, 0); }

void PolledDevice::note_error(PollError error, std::uint8_t exception) {
  ++status_.errors[static_cast<std::size_t>(error)];
  status_.last_error = to_string(error);
  if (exception != 0) status_.last_error += " (exception " + std::to_string(exception) + ")";
}

void PolledDevice::become_stale(const model::Now& now, bool others_answer, LineOutputs& out) {
  CHARGEHOOK_ASSERT(standing_ != Standing::stale);
  if (standing_ == Standing::unknown) {
    for (const Register& reg : config_.profile->registers) {
      last_.push_back(reading_of({reg.signal, std::monostate{}, Fault::not_available}, now));
    }
  }
  for (model::Reading& reading : last_) {
    if (reading.quality == model::Quality::good) reading.quality = model::Quality::stale;
    reading.received = now.wall;
  }
  out.readings.insert(out.readings.end(), last_.begin(), last_.end());
  standing_ = Standing::stale;
  out.changes.push_back({config_.name, false,
                         title() + ": no answer for " + seconds_text(now.boot - good_at_) + " on " + line_ +
                             " (address " + std::to_string(config_.address) + ")" +
                             (others_answer ? ". Other devices on the line answer" : "") +
                             (status_.last_error.empty() ? "" : ". Last error: " + status_.last_error)});
}

model::Reading PolledDevice::reading_of(const Point& point, const model::Now& now) const {
  model::Reading reading;
  reading.device = "meter/" + config_.name;
  reading.signal = point.signal;
  reading.value = point.value;
  reading.quality = point.fault == Fault::none ? model::Quality::good : model::Quality::invalid;
  reading.observed = now.wall;
  reading.received = now.wall;
  reading.source = "modbus";
  return reading;
}

}  // namespace chargehook::modbus
