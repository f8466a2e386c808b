// Hands events in as a payment terminal or a user management would, and writes down what it was told. event-source
// --help
#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <memory>
#include <random>

#include "common/program.hpp"
#include "terminal/connection.hpp"

namespace chargehook::simulators {
namespace {

struct Options {
  ConnectionOptions connection{"", "/events"};
  Cast cast{"terminal", "", {"payment.completed", "user.created"}};
  std::uint64_t count = 100;
  double rate = 0;
  double seconds = 0;
  unsigned keys = 4;
  unsigned connections = 1;
  unsigned longest_wait_ms = 5000;
  std::string log;
};

void declare(CLI::App& app, Options& options) {
  app.add_option("--socket", options.connection.socket, "the gateway's intake socket")->required();
  app.add_option("--target", options.connection.target, "path of the request")->capture_default_str();
  app.add_option("--count", options.count, "events in all; 0: until stopped")->capture_default_str();
  app.add_option("--seconds", options.seconds, "stop after this time; 0: never")->capture_default_str();
  app.add_option("--rate", options.rate, "events per second in all; 0: as fast as answers come")->capture_default_str();
  app.add_option("--keys", options.keys, "devices")->capture_default_str()->check(CLI::Range(1, 100'000));
  app.add_option("--connections", options.connections, "at most one per device")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--types", options.cast.types, "event types, taken in turn")->delimiter(',')->capture_default_str();
  app.add_option("--note-bytes", options.cast.note_bytes, "makes each event longer by this")
      ->check(CLI::Range(0, 60'000));
  app.add_option("--name", options.cast.name, "source and first part of the devices' names")->capture_default_str();
  app.add_option("--run", options.cast.run, "makes ids differ from those of other runs; random when left out");
  app.add_option("--longest-wait-ms", options.longest_wait_ms, "bound of Retry-After")->capture_default_str();
  app.add_option("--log", options.log, "JSON lines, one per event that was taken or refused; appended to");
}

std::string random_name() {
  std::random_device device;
  char text[16];
  std::snprintf(text, sizeof text, "%08x", device());
  return text;
}

/// Each device belongs to one connection, so its events go out strictly one after the other.
std::vector<std::unique_ptr<Connection>> open_connections(boost::asio::io_context& io, Options& options, Story& story,
                                                          const std::function<void()>& ended) {
  const unsigned count = std::min(options.connections, options.keys);
  if (options.rate > 0)
    options.connection.interval = std::chrono::nanoseconds(static_cast<long>(1e9 * count / options.rate));
  options.connection.longest_wait = std::chrono::milliseconds(options.longest_wait_ms);
  std::vector<std::vector<std::uint64_t>> devices(count);
  for (unsigned device = 1; device <= options.keys; ++device) devices[device % count].push_back(device);
  std::vector<std::unique_ptr<Connection>> connections;
  for (auto& some : devices)
    connections.push_back(std::make_unique<Connection>(io, options.connection, some, story, ended));
  return connections;
}

int run(Options options) {
  if (options.cast.run.empty()) options.cast.run = random_name();
  boost::asio::io_context io{1};
  Story story(options.cast, options.count, options.log);
  std::size_t ended = 0;
  std::vector<std::unique_ptr<Connection>> connections;
  connections = open_connections(io, options, story, [&] {
    if (++ended == connections.size()) io.stop();
  });

  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code, int) { io.stop(); });
  const auto begun = std::chrono::steady_clock::now();
  for (const auto& connection : connections) connection->start();
  if (options.seconds > 0) {
    io.run_for(std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(options.seconds)));
  } else {
    io.run();
  }
  std::fputs(story.summary(std::chrono::steady_clock::now() - begun).c_str(), stdout);
  return story.all_taken() ? 0 : 1;
}

}  // namespace
}  // namespace chargehook::simulators

int main(int argc, char** argv) {
  using namespace chargehook::simulators;
  return run_program(argc, argv,
                     "Hands events in over the intake socket, each until it is taken. Exit code 0 if none was refused.",
                     declare, run);
}
