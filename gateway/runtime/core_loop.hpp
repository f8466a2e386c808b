/// Feeds the core and carries out what it wants, on the thread of one io_context. Decides nothing.
/// Owner: main. `post` from any thread, all else on the io_context's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <vector>

#include "core/core.hpp"
#include "runtime/ports.hpp"

namespace chargehook::runtime {

class CoreLoop {
 public:
  CoreLoop(boost::asio::io_context& io, core::Core& core, Ports ports);

  /// The first step: what the core wants from its very start.
  void start();

  void input(core::Input input);

  /// Takes nothing more; what is posted from now on is dropped.
  void stop();

  /// Bounded by those who post: each answers something that the core asked for, or waits for a release.
  void post(core::Input input);

 private:
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
  bool stepping_ = false;  ///< a port must not feed the core from inside: asserted
  boost::asio::steady_timer timer_;
  std::optional<model::BootTime> armed_for_;
  std::vector<core::Input> draining_;  ///< what was in the inbox; taken in turns
  std::size_t drained_ = 0;            ///< so many of them are taken

  std::mutex mutex_;                // guards the two below
  std::vector<core::Input> inbox_;  ///< posted since
  bool drain_posted_ = false;       ///< a turn is under way or on its way
};

}  // namespace chargehook::runtime
