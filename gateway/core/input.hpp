/// All that can happen to the core. Each is a value that a shell has made; a step takes one.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/adapter_status.hpp"
#include "core/configuration/config_generation.hpp"
#include "core/flash_wear.hpp"
#include "delivery/attempt.hpp"
#include "journal/batch.hpp"
#include "journal/format/export_line.hpp"
#include "journal/held_file.hpp"
#include "journal/store_look.hpp"
#include "model/event.hpp"
#include "model/reading.hpp"
#include "ocpp/exchange.hpp"

namespace chargehook::core {

/// Names who waits for an answer: an HTTP request, a held frame, an MQTT acknowledgement. 0: nobody.
enum class Token : std::uint64_t {};
inline constexpr Token nobody{0};

/// An adapter has seen something. The token is released once it is durable, or refused.
struct EventSeen {
  model::Event event;
  Token token = nobody;
};

/// An adapter has read values, in the order in which they were read.
struct ReadingsSeen {
  std::vector<model::Reading> readings;
};

/// Something has happened on the sockets of the OCPP proxy.
struct OcppSeen {
  ocpp::Input input;
};

struct CommitDone {
  journal::CommitResult result;
};
struct ReopenDone {
  journal::ReopenResult result;
};
struct RecordsRead {
  journal::ReadResult result;
};
struct StoreWalked {
  journal::WalkResult result;
};
struct HeldFileWritten {
  journal::HeldFileResult result;
};
/// A person may have moved some away.
struct HeldFilesCounted {
  std::size_t files = 0;
};
/// In the order in which they ended.
struct AttemptsDone {
  std::vector<delivery::AttemptResult> results;
};

/// The moment of next_deadline() has come. Early or late ones are harmless.
struct TimerDue {};

/// A configuration has been read and is sound as a whole.
struct ConfigReady {
  ConfigPtr config;
  std::string applied_by;  ///< user name, or "start"
  Token token = nobody;
};

/// A configuration was read and refused; the running one stays.
struct ConfigRejected {
  std::vector<std::string> errors;  ///< as `chargehook check` prints them, first line each
  std::string applied_by;
  Token token = nobody;
};

struct StatusAsked {
  Token token = nobody;
  std::vector<AdapterStatus> adapters{};  ///< how those outside the core do: goes into the answer
};

/// What is written to the memory that the store lies on.
struct FlashSeen {
  FlashSight sight;
};

/// How the walk through the store does.
struct StoreCheckAsked {
  Token token = nobody;
  bool begin = false;  ///< begins one, or hurries the one under way
};

/// A person says that the machine's clock is right as it is at this step.
struct ClockAccepted {
  std::string by;  ///< user name
  Token token = nobody;
};

/// A line of an export file.
struct LineToImport {
  std::size_t number = 0;  ///< within its chunk, from 1
  journal::ExportLine content;
};

/// A line that cannot be imported.
struct RefusedLine {
  std::size_t line = 0;  ///< its number
  std::string reason;    ///< in words
};

/// A chunk of an export file that somebody imports, read. The token is released once its events are durable.
struct ImportSeen {
  std::vector<LineToImport> lines;
  std::vector<RefusedLine> refused;  ///< lines that could not be read: part of the answer
  Token token = nobody;
};

/// Admit nothing more, send nothing more, commit what is there.
struct Stop {};

using Input = std::variant<EventSeen, ReadingsSeen, OcppSeen, CommitDone, ReopenDone, RecordsRead, StoreWalked,
                           HeldFileWritten, HeldFilesCounted, AttemptsDone, TimerDue, ConfigReady, ConfigRejected,
                           StatusAsked, FlashSeen, StoreCheckAsked, ClockAccepted, ImportSeen, Stop>;

}  // namespace chargehook::core
