#include "cli/check_command.hpp"

#include <iostream>
#include <string>
#include <string_view>

#include "config/files.hpp"
#include "config/load.hpp"
#include "model/json_text.hpp"

namespace chargehook::cli {
namespace {

std::string counted(std::size_t count, std::string_view one) {
  return std::to_string(count) + ' ' + std::string(one) + (count == 1 ? "" : "s");
}

std::string what_would_run(const core::ConfigGeneration& generation) {
  return counted(generation.ingest.size(), "ingest listener") + ", " +
         counted(generation.site.chargers.size(), "charger") + ", " + counted(generation.endpoints.size(), "endpoint") +
         ", " + counted(generation.rules->rules().size(), "rule");
}

std::string summary(const config::Loaded& loaded) {
  const std::string found = config::count_in_words(loaded.diagnostics);
  if (!loaded.generation) return found;
  const std::string sound = "ok: " + what_would_run(*loaded.generation);
  return loaded.diagnostics.warnings() == 0 ? sound : sound + " (" + found + ")";
}

int exit_code(const config::Diagnostics& diagnostics) {
  if (diagnostics.has_errors()) return 2;
  return diagnostics.warnings() > 0 ? 1 : 0;
}

std::string summary_json(const config::Loaded& loaded) {
  std::string out;
  model::JsonObject{out}
      .add("errors", std::uint64_t{loaded.diagnostics.errors()})
      .add("warnings", std::uint64_t{loaded.diagnostics.warnings()})
      .add("summary", summary(loaded))
      .end();
  return out;
}

}  // namespace

int run_check(const CheckOptions& options) { return run_check(options, std::cout); }

int run_check(const CheckOptions& options, std::ostream& out) {
  const config::Loaded loaded = config::load(config::read_folder(options.config_dir));
  if (options.json) {
    out << config::to_json(loaded.diagnostics) << summary_json(loaded) << '\n';
  } else {
    out << config::to_text(loaded.diagnostics) << summary(loaded) << '\n';
  }
  return exit_code(loaded.diagnostics);
}

}  // namespace chargehook::cli
