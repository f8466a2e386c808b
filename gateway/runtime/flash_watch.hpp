/// Tells the core what is written to the memory that the store lies on, once a minute. One thread (the core's).
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <string>

#include "core/flash_wear.hpp"
#include "runtime/core_loop.hpp"

namespace chargehook::runtime {

/// Folder in /sys of the whole device that a file or folder lies on, or empty if it is on none (tmpfs, overlay).
[[nodiscard]] std::string device_folder(const std::string& path);

/// By the device if there is one (Linux, Documentation/block/stat: sectors of 512 bytes), else by /proc/self/io.
[[nodiscard]] core::FlashSight read_flash(const std::string& device_folder);

class FlashWatch {
 public:
  /// @param path of the store
  FlashWatch(boost::asio::io_context& io, CoreLoop& loop, const std::string& path)
      : loop_(loop), device_folder_(device_folder(path)), timer_(io) {}

  void start();
  void stop() { timer_.cancel(); }

 private:
  static constexpr std::chrono::minutes interval{1};

  CoreLoop& loop_;
  const std::string device_folder_;
  boost::asio::steady_timer timer_;
};

}  // namespace chargehook::runtime
