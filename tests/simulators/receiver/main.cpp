// Receives webhooks and proves them: signature, time, numbers without holes, chain, order. webhook-receiver --help
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "common/listen.hpp"
#include "common/program.hpp"
#include "receiver/receiver.hpp"
#include "receiver/standard_webhooks.hpp"

namespace chargehook::simulators {
namespace {

struct Options {
  std::string listen = "127.0.0.1:0";
  std::string secret_file;
  std::string log;
  std::string port_file;
  bool print = false;
  unsigned answer = 200;
  unsigned delay_ms = 0;
  std::string refused_id;
};

void declare(CLI::App& app, Options& options) {
  app.add_option("--listen", options.listen, "address:port; port 0 takes a free one")->capture_default_str();
  app.add_option("--secret-file", options.secret_file, "file with whsec_…")->required()->check(CLI::ExistingFile);
  app.add_option("--log", options.log, "JSON lines, one per delivery, written before it is answered; appended to");
  app.add_option("--port-file", options.port_file, "gets the port as soon as webhooks can come");
  app.add_flag("--print", options.print, "one readable line per webhook");
  app.add_option("--answer", options.answer, "status for what verifies")
      ->capture_default_str()
      ->check(CLI::Range(200, 599));
  app.add_option("--refuse", options.refused_id, "id of an event that is answered 422 instead");
  app.add_option("--delay-ms", options.delay_ms, "wait before each answer")->capture_default_str();
}

std::string key_from(const std::string& path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto key = read_secret(text);
  if (key) return *key;
  std::fprintf(stderr, "%s holds no secret: whsec_ and base64 of 24 to 64 bytes expected\n", path.c_str());
  std::exit(2);
}

int run(const Options& options) {
  Receiver receiver({key_from(options.secret_file), options.log, options.print, options.answer,
                     std::chrono::milliseconds(options.delay_ms), options.refused_id});
  boost::asio::io_context io{1};
  HttpServer server(io, endpoint_from(options.listen), [&](const Post& post) { return receiver.take(post); });
  serve(io, server.port(), options.port_file);
  std::fputs(receiver.summary().c_str(), stdout);
  return receiver.all_right() ? 0 : 1;
}

}  // namespace
}  // namespace chargehook::simulators

int main(int argc, char** argv) {
  using namespace chargehook::simulators;
  return run_program(argc, argv,
                     "Receives webhooks and proves them. Ends at SIGINT or SIGTERM: exit code 0 if all was right.",
                     declare, run);
}
