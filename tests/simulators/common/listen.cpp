#include "common/listen.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>

#include "common/line_log.hpp"

namespace chargehook::simulators {

boost::asio::ip::tcp::endpoint endpoint_from(const std::string& listen) {
  const auto colon = listen.rfind(':');
  if (colon == std::string::npos) throw CLI::ValidationError("--listen", "address:port expected");
  const auto port = std::stoul(listen.substr(colon + 1));
  if (port > 65535) throw CLI::ValidationError("--listen", "no such port");
  return {boost::asio::ip::make_address(listen.substr(0, colon)), static_cast<unsigned short>(port)};
}

void serve(boost::asio::io_context& io, unsigned port, const std::string& port_file) {
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code, int) { io.stop(); });
  std::printf("listening on port %u\n", port);
  std::fflush(stdout);
  if (!port_file.empty()) write_whole(port_file, std::to_string(port) + "\n");
  io.run();
}

}  // namespace chargehook::simulators
