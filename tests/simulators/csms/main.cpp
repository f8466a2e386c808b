// A CSMS of OCPP 1.6J that accepts every charger and answers what a depot asks. ocpp-csms --help
#include <CLI/CLI.hpp>
#include <cstdio>
#include <vector>

#include "common/listen.hpp"
#include "common/program.hpp"
#include "csms/server.hpp"

namespace chargehook::simulators {
namespace {

struct Options {
  std::string listen = "127.0.0.1:0";
  std::string port_file;
  std::vector<std::string> refuse;
  unsigned delay_ms = 0;
  CsmsOptions csms;
};

void declare(CLI::App& app, Options& options) {
  app.add_option("--listen", options.listen, "address:port; port 0 takes a free one")->capture_default_str();
  app.add_option("--port-file", options.port_file, "gets the port as soon as chargers can come");
  app.add_option("--refuse", options.refuse, "ID=STATUS: this charger is answered so; may be given again");
  app.add_option("--delay-ms", options.delay_ms, "wait before each answer")->capture_default_str();
  app.add_flag("--ask", options.csms.ask, "ask each charger for its configuration once it has booted");
  app.add_option("--first-transaction", options.csms.answers.first_transaction, "the next is one higher")
      ->capture_default_str();
  app.add_option("--heartbeat-s", options.csms.answers.heartbeat_s, "told to chargers at boot")->capture_default_str();
  app.add_option("--block-card", options.csms.answers.blocked_card, "an idTag that is not accepted");
  app.add_option("--log", options.csms.log, "JSON lines, one per frame; appended to");
}

std::map<std::string, unsigned> refused_from(const std::vector<std::string>& options) {
  std::map<std::string, unsigned> refused;
  for (const std::string& option : options) {
    const auto equals = option.rfind('=');
    if (equals == std::string::npos) throw CLI::ValidationError("--refuse", "ID=STATUS expected");
    refused[option.substr(0, equals)] = static_cast<unsigned>(std::stoul(option.substr(equals + 1)));
  }
  return refused;
}

int run(Options options) {
  options.csms.refused = refused_from(options.refuse);
  options.csms.delay = std::chrono::milliseconds(options.delay_ms);
  boost::asio::io_context io{1};
  CsmsServer server(io, endpoint_from(options.listen), options.csms);
  serve(io, server.port(), options.port_file);
  return 0;
}

}  // namespace
}  // namespace chargehook::simulators

int main(int argc, char** argv) {
  using namespace chargehook::simulators;
  return run_program(argc, argv, "A CSMS of OCPP 1.6J. Ends at SIGINT or SIGTERM.", declare, run);
}
