#include "http/io/unix_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>

namespace chargehook::http::io {
namespace {

model::Error listen_error(const std::string& path, const std::string& what) {
  return {"listen", "cannot listen on " + path + ": " + what};
}

model::Error listen_error(const std::string& path, int error) {
  return listen_error(path, std::generic_category().message(error));
}

int new_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

std::optional<sockaddr_un> to_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
  std::ranges::copy(path, address.sun_path);
  return address;
}

/// A socket file whose process is gone refuses; a live one accepts, or its queue is full for the moment.
bool is_stale(const std::string& path, const sockaddr_un& address) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
  const int probe = new_socket();
  if (probe < 0) return false;
  const bool refused =
      ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno == ECONNREFUSED;
  ::close(probe);
  return refused;
}

/// @return 0 or errno
int bind_replacing(int socket, const std::string& path, const sockaddr_un& address) {
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(socket, generic, sizeof address) == 0) return 0;
  if (errno != EADDRINUSE || !is_stale(path, address)) return errno;
  if (::unlink(path.c_str()) != 0) return errno;
  return ::bind(socket, generic, sizeof address) == 0 ? 0 : errno;
}

/// @return 0 or errno. Nobody can connect before `listen`, so the permission bits are in force from the first moment.
int set_up(ListeningSocket& socket, const std::string& path, const sockaddr_un& address, unsigned mode) {
  if (const int error = bind_replacing(socket.descriptor, path, address)) return error;
  struct stat made {};
  if (::chmod(path.c_str(), static_cast<mode_t>(mode)) != 0 || ::lstat(path.c_str(), &made) != 0) return errno;
  socket.device = made.st_dev;
  socket.file = made.st_ino;
  return ::listen(socket.descriptor, SOMAXCONN) == 0 ? 0 : errno;
}

}  // namespace

model::Result<ListeningSocket> listen_on(const std::string& path, unsigned mode) {
  const auto address = to_address(path);
  if (!address) return listen_error(path, "a socket's path has 1 to 107 characters");
  ListeningSocket socket{new_socket()};
  if (socket.descriptor < 0) return listen_error(path, errno);
  if (const int error = set_up(socket, path, *address, mode)) {
    ::close(socket.descriptor);
    return listen_error(path, error);
  }
  return socket;
}

void remove_file_of(const ListeningSocket& socket, const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return;
  if (found.st_dev == socket.device && found.st_ino == socket.file) ::unlink(path.c_str());
}

}  // namespace chargehook::http::io
