/// A client that writes bytes to a unix socket as the test says, and a folder for that socket.
/// One thread: while the client waits, the server's io_context runs.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "fakes/longest_wait.hpp"

namespace chargehook::http::io {

class TemporaryFolder {
 public:
  TemporaryFolder() { path_ = ::mkdtemp(path_.data()); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string operator/(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_ = "/tmp/chargehook-http-XXXXXX";
};

class RawClient {
 public:
  RawClient(boost::asio::io_context& io, const std::string& path) : io_{io} {
    socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(path, address.sun_path);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() { hang_up(); }

  [[nodiscard]] bool connected() const { return connected_; }

  /// As much as the server takes while it runs; it may hang up in the middle.
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && errno != EAGAIN) return;
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
      run_a_little();
    }
  }

  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  void hang_up() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

  /// What comes until `text` has come, the server hangs up, or `fakes::longest_wait` is over.
  std::string receive_until(std::string_view text) {
    const auto end = std::chrono::steady_clock::now() + fakes::longest_wait;
    while (!text.empty() && received_.find(text) == std::string::npos && receive(end)) {
    }
    return std::exchange(received_, {});
  }

  /// What comes until the server hangs up; `closed` tells whether it did.
  std::string receive_all() {
    const auto end = std::chrono::steady_clock::now() + fakes::longest_wait;
    while (receive(end)) {
    }
    return std::exchange(received_, {});
  }

  [[nodiscard]] bool closed() const { return closed_; }

 private:
  bool receive(std::chrono::steady_clock::time_point end) {
    char bytes[8192];
    run_a_little();
    const auto count = ::recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT);
    if (count > 0) received_.append(bytes, static_cast<std::size_t>(count));
    closed_ = count == 0 || (count < 0 && errno != EAGAIN);
    return !closed_ && std::chrono::steady_clock::now() < end;
  }

  void run_a_little() {
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds{2});
  }

  boost::asio::io_context& io_;
  int socket_ = -1;
  bool connected_ = false;
  bool closed_ = false;
  std::string received_;
};

}  // namespace chargehook::http::io
