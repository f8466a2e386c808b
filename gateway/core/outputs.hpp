/// All that the core wants done in the world after a step. Shells carry it out in the order of the members and decide
/// nothing.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/input.hpp"
#include "core/status.hpp"
#include "delivery/attempt.hpp"
#include "journal/batch.hpp"
#include "ocpp/exchange.hpp"

namespace chargehook::core {

/// The event that the token's source handed in is durable.
struct Stored {
  std::string event_id;
  model::Sequence sequence = 0;
};

/// It was not taken; the source keeps it and tries again.
struct Refused {
  std::string reason;
  std::chrono::seconds retry_after{5};
};

/// What became of a configuration that was handed in.
struct Applied {
  bool accepted = false;
  std::vector<std::string> lines;  ///< changes in words, or errors
};

struct Release {
  Token token;
  std::variant<Stored, Refused, Applied, StatusReport> answer;
};

enum class LogLevel : std::uint8_t { info, warning, error };

/// A change of state in words; never one line per item.
struct LogLine {
  LogLevel level = LogLevel::info;
  std::string text;
};

struct Outputs {
  journal::BatchPtr commit;  ///< at most one is under way
  bool reopen_store = false;
  std::vector<journal::ReadRequest> reads;
  std::vector<delivery::AttemptRequest> attempts;
  std::vector<ocpp::Command> ocpp;  ///< for the proxy's sockets
  std::vector<Release> releases;
  std::vector<LogLine> log;
  ConfigPtr config_taken;     ///< now in use: adapters follow it, and its files are worth keeping
  bool all_committed = true;  ///< with `stopped`: nothing that was kept in memory is lost
  bool stopped = false;       ///< after Stop: all is committed that can be

  void clear();
};

}  // namespace chargehook::core
