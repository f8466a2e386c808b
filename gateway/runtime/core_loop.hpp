/// Feeds the core and carries out what it wants, on the thread of one io_context. Decides nothing.
/// Owner: main. `post` from any thread, all else on the io_context's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "core/core.hpp"
#include "runtime/ports.hpp"

namespace chargehook::runtime {

/// Posted and not taken. More than what 64 lines full of meters read in one round; about 10 MB.
inline constexpr std::size_t readings_waiting_max = 65'536;

class CoreLoop {
 public:
  CoreLoop(boost::asio::io_context& io, core::Core& core, Ports ports);

  /// The first step: what the core wants from its very start.
  void start();

  void input(core::Input input);

  /// Takes nothing more; what is posted from now on is dropped.
  void stop();

  /// Bounded: readings by `readings_waiting_max`, of which the oldest are dropped and counted; all else by those who
  /// post it, since each answers one thing that the core or a command asked for, and is never dropped. Readings are
  /// taken in their order, but other inputs may pass them.
  void post(core::Input input);

  /// A StatusAsked with how all adapters do.
  void ask_status(core::Token token);

 private:
  [[nodiscard]] bool put_in_inbox(core::Input input);
  void make_room_for(std::size_t readings);
  void refill();
  [[nodiscard]] core::AdapterStatus inbox_status();
  void drain();
  [[nodiscard]] bool inbox_has_more();
  void take(core::Input input, core::Follows follows);
  void carry_out();
  void arm_timer();

  boost::asio::io_context& io_;
  core::Core& core_;
  Ports ports_;
  core::Outputs outputs_;
  bool stopped_ = false;
  std::thread::id thread_;  ///< of the first step: all others have to be its, asserted
  bool stepping_ = false;   ///< a port must not feed the core from inside: asserted
  boost::asio::steady_timer timer_;
  std::optional<model::BootTime> armed_for_;
  std::vector<core::Input> draining_;  ///< what was in the inbox; taken in turns
  std::size_t drained_ = 0;            ///< so many of them are taken

  std::mutex mutex_;                         // guards all below
  std::vector<core::Input> inbox_;           ///< posted since, without readings
  std::deque<core::ReadingsSeen> readings_;  ///< posted since
  std::size_t readings_waiting_ = 0;         ///< in readings_
  std::uint64_t readings_dropped_ = 0;
  bool drain_posted_ = false;  ///< a turn is under way or on its way
};

}  // namespace chargehook::runtime
