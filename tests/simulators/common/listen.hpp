/// What the simulators that others connect to have in common.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

namespace chargehook::simulators {

/// @param listen "127.0.0.1:8080"
/// @throws CLI::ValidationError, boost::system::system_error
[[nodiscard]] boost::asio::ip::tcp::endpoint endpoint_from(const std::string& listen);

/// Says which port it is, on stdout and in `port_file` unless that is empty, and serves until SIGINT or SIGTERM.
void serve(boost::asio::io_context& io, unsigned port, const std::string& port_file);

}  // namespace chargehook::simulators
