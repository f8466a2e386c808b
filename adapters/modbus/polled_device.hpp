/// One meter on its line: when it is due, how far its poll has come, what its values are worth. Pure; the line's
/// thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "modbus/decode.hpp"
#include "modbus/modbus_config.hpp"
#include "modbus/read_plan.hpp"
#include "modbus/reply.hpp"
#include "modbus/status.hpp"
#include "model/clock.hpp"
#include "model/reading.hpp"

namespace chargehook::modbus {

struct LineOutputs {
  std::vector<model::Reading> readings;
  std::vector<StateChange> changes;
};

/// Owner: Line. A poll is begin_poll, then for each request a reply or a failure; a failure ends it.
class PolledDevice {
 public:
  PolledDevice(DeviceConfig config, std::string line, model::BootTime start);

  [[nodiscard]] model::BootTime due() const { return due_; }

  /// The values of its readings are stale from then on, if no poll ends well before; nothing if it is already.
  [[nodiscard]] std::optional<model::BootTime> stale_at() const;

  /// Starts a poll, and puts the next due time on the grid of its interval: polls that were missed are not made up.
  void begin_poll(const model::Now& now);

  /// The request under way. First those of the read plan; then, once after each return of the device, its serial
  /// number.
  [[nodiscard]] ReadRequest request() const;

  /// The reply of request().
  /// @return true if another request of the same poll follows
  [[nodiscard]] bool took_words(const model::Now& now, std::span<const std::uint16_t> words, LineOutputs& out);

  /// The device answered that it will not give what request() asks for. Its values of it are invalid, the rest goes on.
  [[nodiscard]] bool took_refusal(const model::Now& now, std::uint8_t exception, LineOutputs& out);

  /// The poll has ended without a usable answer. After the second time in a row the next one comes later and later, up
  /// to a minute, so that a device which is gone does not take the time of the others.
  void failed(const model::Now& now, BadReply reason);

  /// The connection went away under the poll: not the device's fault, no back-off.
  void interrupted();

  /// Gives the values it has once more as stale; or as invalid if it never had any.
  void become_stale(const model::Now& now, bool others_answer, LineOutputs& out);

  [[nodiscard]] const DeviceStatus& status() const { return status_; }
  [[nodiscard]] bool answers() const { return standing_ == Standing::answers; }

 private:
  enum class Standing : std::uint8_t { unknown, answers, stale };

  [[nodiscard]] const Block* block() const { return step_ < plan_.size() ? &plan_[step_] : nullptr; }
  [[nodiscard]] bool next_step(const model::Now& now, LineOutputs& out);
  void deliver(const model::Now& now, LineOutputs& out);
  void count_faults(LineOutputs& out);
  void come_back(LineOutputs& out);
  void note_error(PollError error, std::uint8_t exception);
  [[nodiscard]] model::Reading reading_of(const Point& point, const model::Now& now) const;
  [[nodiscard]] std::string title() const { return "meter " + config_.name; }

  DeviceConfig config_;
  std::string line_;
  std::vector<Block> plan_;
  DeviceStatus status_;
  // the poll under way
  std::size_t step_ = 0;  ///< position in the plan; plan_.size(): the serial number
  std::vector<Point> points_;
  bool refused_now_ = false;
  // between polls
  model::BootTime due_;
  model::BootTime good_at_;  ///< end of the last good poll, or the start
  Standing standing_ = Standing::unknown;
  bool wants_serial_ = false;
  bool refused_before_ = false;
  std::vector<model::Reading> last_;                 ///< of the last poll that ended well
  std::vector<model::SignalId> implausible_before_;  ///< said already
};

}  // namespace chargehook::modbus
