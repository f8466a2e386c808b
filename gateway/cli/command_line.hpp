/// The command line: which sub-command, with what. Reads argv and nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace chargehook::cli {

/// Where things are; the defaults are those of the package.
struct Folders {
  std::string config = "/etc/chargehook";
  std::string state = "/var/lib/chargehook";
  std::string runtime = "/run/chargehook";
};

struct RunOptions {
  Folders folders;
  bool strict = false;  ///< does not start on the last good configuration
};

struct CheckOptions {
  std::string config_dir;
  bool json = false;
};

struct ApplyOptions {
  std::string runtime_dir;
  bool json = false;
};

struct StatusOptions {
  std::string runtime_dir;
  bool json = false;
};

struct JournalOptions {
  std::string state_dir;
  std::string runtime_dir;
  bool json = false;
};
struct VerifyOptions : JournalOptions {};
struct StatsOptions : JournalOptions {};

struct ExportOptions : JournalOptions {
  std::uint64_t after = 0;  ///< sequence
  std::string output;       ///< file; empty: standard output
};

struct ImportOptions {
  std::string runtime_dir;
  std::string file;
};

/// Ours, for ourselves: exports a store in a process that may die of it.
struct ExportStoreOptions {
  std::string folder;
  std::uint64_t after = 0;
  std::string store;  ///< the id that gave `after`, or empty
};

/// Ours, for ourselves: counts what a store holds in a process that may die of it.
struct CountStoreOptions {
  std::string folder;
};

/// Ours, for ourselves: looks at a store in a process that may die of it.
struct ExamineOptions {
  std::string folder;
  bool whole = false;
  bool locked = false;  ///< whoever started us holds the folder's lock
};

/// Ours, for ourselves: makes a store that goes on from a damaged one.
struct SalvageOptions {
  std::string folder;
  std::uint64_t size_bytes = 0;
  std::uint64_t machine = 0;
};

enum class ClockAction { show, set, accept };

struct ClockOptions {
  std::string runtime_dir;
  ClockAction action = ClockAction::show;
  std::string time;  ///< with set: as written
  bool json = false;
};

/// Nothing is left to do but to end: --help, --version, or a mistake on the command line that has been explained.
struct Exit {
  int code = 0;
};

using Command = std::variant<RunOptions, CheckOptions, ApplyOptions, StatusOptions, ClockOptions, VerifyOptions,
                             StatsOptions, ExportOptions, ImportOptions, ExamineOptions, ExportStoreOptions,
                             CountStoreOptions, SalvageOptions, Exit>;

/// @param version what --version prints
[[nodiscard]] Command read_command_line(int argc, const char* const* argv, const std::string& version);

/// Carries out every command but `run` and those for ourselves, which are main's. @return exit code
[[nodiscard]] int run_command(const Command& command);

}  // namespace chargehook::cli
