// A meter on Modbus, over TCP or a serial line, whose values can be set while it runs. modbus-meter --help
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <stdexcept>

#include "common/line_log.hpp"
#include "common/program.hpp"
#include "meter/command.hpp"
#include "meter/register_map.hpp"
#include "meter/server.hpp"

namespace chargehook::simulators {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

struct Options {
  std::string tcp;
  std::string rtu;
  int unit = 1;
  std::string profile = "sdm630";
  std::uint32_t serial_number = 1'234'567;
  std::string power = "20 kW";
  std::string ramp;
  std::string script;
  std::string port_file;
};

volatile std::sig_atomic_t is_told_to_stop = 0;

void declare(CLI::App& app, Options& options) {
  auto* tcp = app.add_option("--tcp", options.tcp, "address:port; port 0 takes a free one");
  app.add_option("--rtu", options.rtu, "a serial port, or `pty` for a new one")->excludes(tcp);
  app.add_option("--unit", options.unit, "address of the meter")->capture_default_str()->check(CLI::Range(1, 247));
  app.add_option("--profile", options.profile, "make of the meter")
      ->capture_default_str()
      ->check(CLI::IsMember({"sdm630"}));
  app.add_option("--serial-number", options.serial_number, "as the meter tells it")->capture_default_str();
  app.add_option("--power", options.power, "at the start")->capture_default_str();
  app.add_option("--ramp", options.ramp, "where the power goes from there, as in `95 kW in 60 s`");
  app.add_option("--script", options.script, "file of commands with their times")->check(CLI::ExistingFile);
  app.add_option("--port-file", options.port_file, "gets the TCP port, or the path of the pty");
  app.footer(std::string(command_help));
}

void obey_or_throw(const std::string& line, MeterState& meter) {
  if (const std::string wrong = obey(line, meter); !wrong.empty()) throw std::invalid_argument(wrong);
}

/// Whole lines out of what was read so far.
class Lines {
 public:
  /// @return false at the end of the input
  bool read(MeterState& meter) {
    std::array<char, 4096> bytes{};
    const ssize_t got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (got <= 0) return false;
    text_.append(bytes.data(), static_cast<std::size_t>(got));
    for (std::size_t end = text_.find('\n'); end != std::string::npos; end = text_.find('\n')) {
      const std::string wrong = obey(text_.substr(0, end), meter);
      if (!wrong.empty()) std::fprintf(stderr, "modbus-meter: %s\n", wrong.c_str());
      text_.erase(0, end + 1);
    }
    return true;
  }

 private:
  std::string text_;
};

void run(ModbusServer& server, std::vector<Timed> script, MeterState& meter, RegisterMap& registers) {
  constexpr std::chrono::milliseconds tick{20};
  const auto begun = Clock::now();
  auto before = begun;
  auto next = script.begin();
  Lines lines;
  int input = STDIN_FILENO;
  while (!meter.quits && is_told_to_stop == 0) {
    const bool has_input = server.serve(tick, input, meter.manner, registers);
    if (has_input && !lines.read(meter)) input = -1;
    const auto now = Clock::now();
    for (; next != script.end() && Seconds(now - begun) >= next->at; ++next) obey_or_throw(next->command, meter);
    meter.electrics.pass(now - before);
    before = now;
    registers.write(meter.electrics);
  }
}

int run(const Options& options) {
  std::signal(SIGINT, [](int) { is_told_to_stop = 1; });
  std::signal(SIGTERM, [](int) { is_told_to_stop = 1; });
  if (options.tcp.empty() && options.rtu.empty()) throw std::invalid_argument("either --tcp or --rtu");
  MeterState meter;
  obey_or_throw("meter.power " + options.power, meter);
  if (!options.ramp.empty()) obey_or_throw("ramp meter.power " + options.ramp, meter);
  std::vector<Timed> script;
  if (!options.script.empty()) script = read_script(options.script);
  RegisterMap registers(options.serial_number);
  registers.write(meter.electrics);
  const auto server = options.rtu.empty() ? ModbusServer::on_tcp(options.tcp, options.unit)
                                          : ModbusServer::on_serial(options.rtu, options.unit);
  if (!options.port_file.empty()) write_whole(options.port_file, server->where() + "\n");
  std::printf("modbus-meter: unit %d at %s\n", options.unit, server->where().c_str());
  std::fflush(stdout);
  run(*server, std::move(script), meter, registers);
  std::printf("modbus-meter: %llu requests\n", static_cast<unsigned long long>(server->requests()));
  return 0;
}

}  // namespace
}  // namespace chargehook::simulators

int main(int argc, char** argv) {
  using namespace chargehook::simulators;
  return run_program(argc, argv, "A meter on Modbus whose values can be set while it runs.", declare,
                     [](const Options& options) { return run(options); });
}
