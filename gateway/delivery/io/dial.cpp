#include "delivery/io/dial.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

namespace chargehook::delivery::io {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

std::string words_for(int error) { return std::generic_category().message(error); }

std::string to_text(const addrinfo& address) {
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (::getnameinfo(address.ai_addr, address.ai_addrlen, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return {};
  }
  if (address.ai_family == AF_INET6) return "[" + std::string{host} + "]:" + port;
  return std::string{host} + ":" + port;
}

Addresses resolve(const DialRequest& request, Dialled& out) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(request.host.c_str(), std::to_string(request.port).c_str(), &hints, &list);
  if (code != 0) {
    out.error = code;
    out.reason = code == EAI_SYSTEM ? words_for(errno) : ::gai_strerror(code);
    return {nullptr, &::freeaddrinfo};
  }
  return {list, &::freeaddrinfo};
}

/// Waits until the socket is connected. @return 0 or errno
int await_connected(int socket, steady_clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
    if (left.count() <= 0) return ETIMEDOUT;
    pollfd waiting{socket, POLLOUT, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    if (ready < 0 && errno != EINTR) return errno;
    if (ready <= 0) continue;
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    return error;
  }
}

int connect_until(int socket, const addrinfo& address, steady_clock::time_point until, Line& line) {
  if (!line.attach(socket)) return line.is_cut() ? ETIMEDOUT : EMFILE;
  if (::connect(socket, address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return errno;
    if (const int error = await_connected(socket, until)) return error;
  }
  return line.is_cut() ? ETIMEDOUT : 0;  // a cut wakes the wait without an error of its own
}

/// From here on the library waits with select or, for a descriptor above 1,023, with the limits set here.
void prepare_for_use(int socket, milliseconds io_limit) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) & ~O_NONBLOCK);
  const timeval limit{io_limit.count() / 1000, (io_limit.count() % 1000) * 1000};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

/// @return 0 and the socket in `out`, or errno
int connect_one(const addrinfo& address, steady_clock::time_point until, Line& line, Dialled& out) {
  const int socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
  if (socket < 0) return errno;
  const int error = connect_until(socket, address, until, line);
  if (error == 0) {
    out.socket = socket;
    return 0;
  }
  line.detach();
  ::close(socket);
  return error;
}

}  // namespace

Dialled dial(const DialRequest& request, Line& line) {
  Dialled out;
  const Addresses addresses = resolve(request, out);
  if (!addresses) return out;
  if (line.is_cut() || steady_clock::now() >= request.deadline) {
    out.error = EAI_AGAIN;
    out.reason = "the look-up of the name took longer than the attempt may last";
    return out;
  }

  out.phase = Phase::connect;
  const auto end = std::min(steady_clock::now() + request.limit, request.deadline);
  int left = 0;
  for (const addrinfo* address = addresses.get(); address; address = address->ai_next) ++left;
  for (const addrinfo* address = addresses.get(); address && !line.is_cut(); address = address->ai_next, --left) {
    const auto now = steady_clock::now();
    out.remote_address = to_text(*address);
    out.error = connect_one(*address, now + (end - now) / left, line, out);
    if (out.error == 0) {
      prepare_for_use(out.socket, request.io_limit);
      return out;
    }
  }
  out.reason = words_for(out.error);
  return out;
}

}  // namespace chargehook::delivery::io
