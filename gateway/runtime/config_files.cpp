#include "runtime/config_files.hpp"

#include <cstdio>
#include <memory>
#include <utility>

#include "config/files.hpp"
#include "config/load.hpp"
#include "runtime/log.hpp"

namespace chargehook::runtime {

namespace {

std::vector<std::string> headlines(const config::Diagnostics& diagnostics) {
  std::vector<std::string> out;
  for (const auto& diagnostic : diagnostics.all()) out.push_back(config::headline(diagnostic));
  return out;
}

core::ConfigPtr shared(core::ConfigGeneration generation) {
  return std::make_shared<const core::ConfigGeneration>(std::move(generation));
}

}  // namespace

ConfigFiles::ConfigFiles(std::string folder, std::string state)
    : folder_(std::move(folder)), last_good_(std::move(state)) {}

FirstConfig ConfigFiles::read_first(OnErrors on_errors) {
  auto files = config::read_folder(folder_);
  auto loaded = config::load(files);
  if (!loaded.diagnostics.all().empty()) std::fputs(config::to_text(loaded.diagnostics).c_str(), stderr);
  if (loaded.generation) {
    last_good_.offer(loaded.generation->hash, std::move(files.sources));
    return {shared(std::move(*loaded.generation)), {}};
  }
  if (on_errors == OnErrors::refuse) return {};
  const auto copy = last_good_.read(files);
  if (copy.sources.empty()) return {};
  auto again = config::load(copy);
  if (again.generation) return {shared(std::move(*again.generation)), headlines(loaded.diagnostics)};
  log(core::LogLevel::error,
      "the last good configuration does not load either: " + headlines(again.diagnostics).front());
  return {};
}

core::Input ConfigFiles::read(std::string applied_by, core::Token token) {
  auto files = config::read_folder(folder_);
  auto loaded = config::load(files);
  if (!loaded.generation) {
    return core::ConfigRejected{headlines(loaded.diagnostics), std::move(applied_by), token};
  }
  last_good_.offer(loaded.generation->hash, std::move(files.sources));
  return core::ConfigReady{shared(std::move(*loaded.generation)), std::move(applied_by), token};
}

void ConfigFiles::keep(std::string_view hash) {
  if (const auto kept = last_good_.keep(hash); !kept) log(core::LogLevel::warning, kept.error().message);
}

}  // namespace chargehook::runtime
