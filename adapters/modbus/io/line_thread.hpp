/// One thread around one line: asks it what to do, does it, tells it what happened. Decides nothing.
/// Owner: main. All calls from main's thread; the handlers run on the line's.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "modbus/io/reserve_descriptors.hpp"
#include "modbus/line.hpp"

namespace chargehook::modbus::io {

class LineThread {
 public:
  struct Handlers {
    std::function<void(std::vector<model::Reading>)> readings;  ///< of one poll, or those that became stale
    std::function<void(StateChange)> changed;
  };

  /// Starts. `reserved` must outlive it; it needs one number of it.
  /// @param clock read on the line's thread
  LineThread(const LineConfig& config, ReservedDescriptors& reserved, std::function<model::Now()> clock,
             Handlers handlers);
  ~LineThread();  ///< stops and joins

  [[nodiscard]] LineStatus status() const;  ///< as of the last command; any thread

  /// Ends at once what is under way and joins; only the look-up of a host's name can hold it up. Idempotent.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chargehook::modbus::io
