#include "modbus/io/tcp_dial.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace chargehook::modbus::io {
namespace {

using std::chrono::milliseconds;
using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

model::Error failure(const TcpAddress& address, const std::string& reason) {
  return {"connect", address.host + " port " + std::to_string(address.port) + ": " + reason};
}

model::Result<Addresses> look_up(const TcpAddress& address) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &wanted, &found);
  if (error != 0) return failure(address, ::gai_strerror(error));
  return Addresses{found, &::freeaddrinfo};
}

/// 0, or why not as errno.
int finish_connect(int socket, milliseconds timeout, const StopSignal& stop) {
  switch (stop.wait_writable(socket, timeout)) {
    case Wake::stopped:
      return ECANCELED;
    case Wake::timed_out:
      return ETIMEDOUT;
    default:
      break;
  }
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

int connect_within(int socket, const addrinfo& to, milliseconds timeout, const StopSignal& stop) {
  if (::connect(socket, to.ai_addr, to.ai_addrlen) == 0) return 0;
  return errno == EINPROGRESS ? finish_connect(socket, timeout, stop) : errno;
}

void settle(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) & ~O_NONBLOCK);
}

}  // namespace

model::Result<int> dial_tcp(const TcpAddress& address, milliseconds timeout, const StopSignal& stop) {
  BOOST_OUTCOME_TRY(const auto addresses, look_up(address));
  int error = EADDRNOTAVAIL;
  for (const addrinfo* to = addresses.get(); to != nullptr; to = to->ai_next) {
    const int socket = ::socket(to->ai_family, to->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, to->ai_protocol);
    if (socket < 0) {
      error = errno;
      continue;
    }
    error = connect_within(socket, *to, timeout, stop);
    if (error == 0) {
      settle(socket);
      return socket;
    }
    ::close(socket);
  }
  return failure(address, std::strerror(error));
}

}  // namespace chargehook::modbus::io
