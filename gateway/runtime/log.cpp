#include "runtime/log.hpp"

#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdlib>

namespace chargehook::runtime {

namespace {

spdlog::logger make_logger() {
  auto sink = std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>();
  sink->set_pattern(std::getenv("JOURNAL_STREAM") != nullptr ? "%v" : "%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
  return {"chargehook", std::move(sink)};
}

std::string_view journald_priority(core::LogLevel level) {
  switch (level) {
    case core::LogLevel::info:
      return "<6>";
    case core::LogLevel::warning:
      return "<4>";
    case core::LogLevel::error:
      return "<3>";
  }
  return "<6>";
}

spdlog::level::level_enum spdlog_level(core::LogLevel level) {
  switch (level) {
    case core::LogLevel::info:
      return spdlog::level::info;
    case core::LogLevel::warning:
      return spdlog::level::warn;
    case core::LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void log(core::LogLevel level, std::string_view text) {
  static spdlog::logger logger = make_logger();
  static const bool to_journald = std::getenv("JOURNAL_STREAM") != nullptr;
  logger.log(spdlog_level(level), "{}{}", to_journald ? journald_priority(level) : std::string_view{}, text);
}

}  // namespace chargehook::runtime
