#include "modbus/io/line_thread.hpp"

#include <mutex>
#include <thread>
#include <utility>

#include "modbus/io/libmodbus_link.hpp"
#include "modbus/io/stop_signal.hpp"

namespace chargehook::modbus::io {

struct LineThread::Impl {
  const std::function<model::Now()> clock;
  const Handlers handlers;
  StopSignal stop;
  LibmodbusLink link;
  Line line;
  mutable std::mutex mutex;
  LineStatus status;  // guarded by mutex
  std::thread thread;

  Impl(const LineConfig& config, ReservedDescriptors& reserved, std::function<model::Now()> now, Handlers given)
      : clock(std::move(now)),
        handlers(std::move(given)),
        link(config, reserved, stop),
        line(config, clock().boot),
        status(line.status()) {}

  Happened carry_out(const Open& command) { return link.open(command); }
  Happened carry_out(const Close&) { return link.close(); }
  Happened carry_out(const Ask& command) { return link.ask(command); }
  Happened carry_out(const Drain& command) { return link.drain(command); }
  Happened carry_out(const Wait& command) {
    const auto time = std::chrono::ceil<std::chrono::milliseconds>(command.until - clock().boot);
    (void)stop.wait_readable(-1, time);
    return Done{};
  }

  void post(LineOutputs out) {
    for (StateChange& change : out.changes) handlers.changed(std::move(change));
    if (!out.readings.empty()) handlers.readings(std::move(out.readings));
  }

  void run() {
    Happened happened = Done{};
    while (!stop.is_raised()) {
      LineOutputs out;
      const Command command = line.step(clock(), happened, out);
      {
        const std::lock_guard guard{mutex};
        status = line.status();
      }
      post(std::move(out));
      happened = std::visit([this](const auto& one) { return carry_out(one); }, command);
    }
  }
};

LineThread::LineThread(const LineConfig& config, ReservedDescriptors& reserved, std::function<model::Now()> clock,
                       Handlers handlers)
    : impl_(std::make_unique<Impl>(config, reserved, std::move(clock), std::move(handlers))) {
  impl_->thread = std::thread{[impl = impl_.get()] { impl->run(); }};
}

LineThread::~LineThread() { stop(); }

LineStatus LineThread::status() const {
  const std::lock_guard guard{impl_->mutex};
  return impl_->status;
}

void LineThread::stop() {
  if (!impl_->thread.joinable()) return;
  impl_->stop.raise();
  impl_->thread.join();
}

}  // namespace chargehook::modbus::io
