/// All that the core wants done in the world after a step. Shells carry it out in the order of the members and decide
/// nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/input.hpp"
#include "core/status.hpp"
#include "delivery/attempt.hpp"
#include "journal/batch.hpp"
#include "journal/export_page.hpp"
#include "journal/held_file.hpp"
#include "ocpp/exchange.hpp"

namespace chargehook::core {

/// The event that the token's source handed in is durable.
struct Stored {
  std::string event_id;
  model::Sequence sequence = 0;
};

/// Whether handing in the same again can be of use.
enum class Retry : std::uint8_t {
  later,  ///< the queue or the store is full, or the gateway stops: the source keeps it and tries again
  never,  ///< it can never be taken as it is
};

/// The event that the token's source handed in was not taken.
struct Refused {
  std::string code;    ///< of journal::Intake::admit: "pressure", "queue", "size", "stopping"
  std::string reason;  ///< in words
  Retry retry = Retry::later;
  std::chrono::seconds retry_after{5};  ///< with Retry::later
};

/// What became of a configuration that was handed in.
struct Applied {
  bool accepted = false;
  std::vector<std::string> lines;  ///< changes in words, or errors
};

/// What became of a chunk that was imported.
struct Imported {
  std::uint64_t taken = 0;
  std::uint64_t already_there = 0;
  std::vector<RefusedLine> refused;  ///< by line
};

struct Release {
  Token token;
  std::variant<Stored, Refused, Applied, StatusReport, StoreCheckReport, journal::StatsResult, journal::ExportPage,
               Imported>
      answer;
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
  std::optional<journal::WalkRequest> walk;    ///< of the store, when no read waits; at most one is under way
  std::optional<journal::HeldFile> held_file;  ///< to write: temporary name, synced, renamed; at most one is under way
  bool count_held_files = false;
  std::vector<delivery::AttemptRequest> attempts;
  std::vector<ocpp::Command> ocpp;  ///< for the proxy's sockets
  std::vector<Release> releases;
  std::vector<LogLine> log;
  ConfigPtr config_taken;     ///< now in use: adapters follow it, and its files are worth keeping
  bool all_committed = true;  ///< with `stopped`: nothing that was kept in memory is lost
  std::string store_damaged;  ///< unless empty: pages contradict each other; a start has to look at all of the store
  bool stopped = false;       ///< after Stop: all is committed that can be

  void clear();
};

}  // namespace chargehook::core
