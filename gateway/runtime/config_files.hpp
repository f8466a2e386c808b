/// Reads the configuration for the core, and keeps the copy of the files that were accepted last.
/// Before the gateway runs: main's thread; from then on the worker's alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/last_good.hpp"
#include "core/input.hpp"

namespace chargehook::runtime {

enum class OnErrors {
  run_last_good,  ///< start on the copy, if there is one
  refuse,
};

/// What a start runs on.
struct FirstConfig {
  core::ConfigPtr config;           ///< null: nothing can be run
  std::vector<std::string> errors;  ///< of the files, when `config` is the copy of the last good ones
};

class ConfigFiles {
 public:
  /// @param folder of the configuration files
  /// @param state  the gateway's state folder
  ConfigFiles(std::string folder, std::string state);

  /// Prints whatever is wrong with the files to standard error.
  [[nodiscard]] FirstConfig read_first(OnErrors on_errors);

  /// ConfigReady or ConfigRejected.
  [[nodiscard]] core::Input read(std::string applied_by, core::Token token);

  /// The configuration of this hash runs: its files become the copy. What goes wrong with that is logged.
  void keep(std::string_view hash);

 private:
  std::string folder_;
  config::LastGood last_good_;
};

}  // namespace chargehook::runtime
