/// The program: reads the command line and the configuration, opens the store, and lets the gateway run.
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "cli/client_commands.hpp"
#include "cli/command_line.hpp"
#include "core/stream_counting.hpp"
#include "gateway.hpp"
#include "runtime/log.hpp"
#include "runtime/system_clock.hpp"
#include "store_child.hpp"
#include "store_opening.hpp"

namespace chargehook {
namespace {

constexpr int bad_configuration = 2;
constexpr int cannot_start = 3;
constexpr int modbus_lines_max = 64;  // each keeps a descriptor below 1024

int refuse_to_start(const std::string& reason) {
  runtime::log(core::LogLevel::error, reason);
  return cannot_start;
}

int run_gateway(const cli::RunOptions& options) {
  modbus::io::ReservedDescriptors reserved{modbus_lines_max};
  runtime::ConfigFiles config_files{options.folders.config, options.folders.state};
  auto first = config_files.read_first(options.strict ? runtime::OnErrors::refuse : runtime::OnErrors::run_last_good);
  if (!first.config) return bad_configuration;
  std::signal(SIGPIPE, SIG_IGN);
  umask(027);
  std::error_code unused;  // a folder that cannot be made is named by whoever needs it
  std::filesystem::create_directories(options.folders.runtime, unused);
  journal::io::OpenOptions store;
  store.folder = options.folders.state + "/journal";
  store.size_bytes = first.config->storage.size_bytes;
  store.now = runtime::read_clocks();
  store.counting = core::stream_counting();
  store.boot_uuid = runtime::read_boot_uuid();
  store.machine = read_machine();
  store.witness_file = options.folders.state + "/journal-witness";
  auto opened = open_store(store);
  if (!opened) return refuse_to_start("journal: " + opened.error().message);
  Gateway gateway{options.folders, std::move(first), std::move(config_files), std::move(opened).value(), reserved};
  if (const auto listening = gateway.listen(); !listening) {
    gateway.mark_clean_stop();
    return refuse_to_start(listening.error().message);
  }
  return gateway.run();
}

}  // namespace
}  // namespace chargehook

int main(int argc, char** argv) {
  using namespace chargehook;
  const auto command = cli::read_command_line(argc, argv, CHARGEHOOK_VERSION);
  if (const auto* options = std::get_if<cli::RunOptions>(&command)) return run_gateway(*options);
  if (const auto* options = std::get_if<cli::ExamineOptions>(&command)) return examine_store(*options);
  if (const auto* options = std::get_if<cli::ExportStoreOptions>(&command)) return export_store(*options);
  if (const auto* options = std::get_if<cli::CountStoreOptions>(&command)) return count_store(*options);
  if (const auto* options = std::get_if<cli::SalvageOptions>(&command)) return salvage_store(*options);
  return cli::run_command(command);
}
