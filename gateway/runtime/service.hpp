/// What the service manager is told, and its watchdog. Without a service manager nothing happens.
/// One thread (the core's): that the feeding timer runs is the proof that the core does.
/// Source: sd_notify(3), sd_watchdog_enabled(3).
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <string>

namespace chargehook::runtime {

/// The service manager waits so much longer for the start, and shows what it waits for. Before there is a Service.
void notify_starting(std::chrono::seconds extension, const std::string& doing);

class Service {
 public:
  /// @param writer_moves whether the journal's writer makes progress; while it does not, the watchdog is not fed
  Service(boost::asio::io_context& io, std::function<bool()> writer_moves);

  void ready();  ///< also starts feeding the watchdog
  void stopping();
  void stopped();  ///< the watchdog is fed no more

 private:
  void feed();

  boost::asio::steady_timer timer_;
  std::function<bool()> writer_moves_;
  std::chrono::microseconds interval_{0};
};

}  // namespace chargehook::runtime
