#include "runtime/service.hpp"

#include <systemd/sd-daemon.h>

namespace chargehook::runtime {

void notify_starting(std::chrono::seconds extension, const std::string& doing) {
  const auto microseconds = std::chrono::microseconds{extension}.count();
  sd_notify(0, ("EXTEND_TIMEOUT_USEC=" + std::to_string(microseconds) + "\nSTATUS=" + doing).c_str());
}

Service::Service(boost::asio::io_context& io, std::function<bool()> writer_moves)
    : timer_(io), writer_moves_(std::move(writer_moves)) {
  std::uint64_t limit = 0;
  if (sd_watchdog_enabled(0, &limit) > 0) interval_ = std::chrono::microseconds{limit / 2};
}

void Service::ready() {
  sd_notify(0, "READY=1\nSTATUS=");
  if (interval_.count() > 0) feed();
}

void Service::stopping() { sd_notify(0, "STOPPING=1"); }

void Service::stopped() { timer_.cancel(); }

void Service::feed() {
  if (writer_moves_()) sd_notify(0, "WATCHDOG=1");
  timer_.expires_after(interval_);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) feed();
  });
}

}  // namespace chargehook::runtime
