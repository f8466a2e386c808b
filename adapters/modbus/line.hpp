/// The schedule of one line: whom to ask next, when to leave it alone, when to open it anew. A step function: what
/// happened in, what to do next out. Pure; one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "modbus/modbus_config.hpp"
#include "modbus/polled_device.hpp"
#include "modbus/reply.hpp"
#include "modbus/status.hpp"
#include "model/clock.hpp"

namespace chargehook::modbus {

// What the link does next; after each the line wants to know what happened.
struct Open {
  std::chrono::milliseconds timeout{};
};
struct Close {};
struct Ask {
  ReadRequest request;
  std::chrono::milliseconds timeout{};
};
/// Read and throw away, until nothing has come for `silence`; give up after `at_most`.
struct Drain {
  std::chrono::milliseconds silence{};
  std::chrono::milliseconds at_most{};
};
struct Wait {
  model::BootTime until;
};
using Command = std::variant<Open, Close, Ask, Drain, Wait>;

// What happened to it.
struct Done {};  ///< opened, closed, drained, waited (also for a shorter time than asked)
struct Failed {  ///< could not be opened, or the link went away under the command
  std::string reason;
};
struct Frame {  ///< a reply; its bytes are not checked yet
  std::vector<std::uint8_t> bytes;
};
struct NoReply {};    ///< not one byte within the timeout
struct BrokenFrame {  ///< bytes came, but no frame could be made of them
  PollError reason = PollError::short_frame;
};
struct StillNoisy {};  ///< a Drain that was given up
using Happened = std::variant<Done, Failed, Frame, NoReply, BrokenFrame, StillNoisy>;

class Line {
 public:
  /// @param start when all its devices are due for the first time
  Line(LineConfig config, model::BootTime start);

  /// @param happened how the command before went; Done at the first call
  /// @param out      appended to
  [[nodiscard]] Command step(const model::Now& now, const Happened& happened, LineOutputs& out);

  [[nodiscard]] LineStatus status() const;

 private:
  void take(const model::Now& now, const Happened& happened, LineOutputs& out);
  void take_open_result(const model::Now& now, const Happened& happened, LineOutputs& out);
  void take_drain_result(const model::Now& now, const Happened& happened, LineOutputs& out);
  void take_answer(const model::Now& now, const Happened& happened, LineOutputs& out);
  void take_frame(const model::Now& now, const Frame& frame, LineOutputs& out);
  void poll_failed(const model::Now& now, BadReply reason);
  void link_lost(const model::Now& now, const std::string& reason, LineOutputs& out);
  void mark_stale(const model::Now& now, LineOutputs& out);
  [[nodiscard]] Command choose(const model::Now& now);
  [[nodiscard]] Command choose_device(const model::Now& now);
  [[nodiscard]] Wait wait_until(model::BootTime moment) const;

  LineConfig config_;
  Framing framing_;
  std::vector<PolledDevice> devices_;
  PolledDevice* polled_ = nullptr;  ///< the device whose poll is under way
  Command last_;                    ///< what `happened` will be about
  // the link
  bool is_open_ = false;
  bool must_close_ = false;
  bool must_drain_ = false;
  int link_failures_ = 0;  ///< since the last good reply
  bool said_broken_ = false;
  model::BootTime open_at_;  ///< not before
  model::BootTime ask_at_;   ///< not before: the pause between a reply and the next request
  LineStatus status_;
};

}  // namespace chargehook::modbus
