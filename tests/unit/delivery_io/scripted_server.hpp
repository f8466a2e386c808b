/// A TCP server on 127.0.0.1 whose every connection plays a script written in the test: read this, answer that, hang
/// up.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace chargehook::delivery::io {

/// One accepted connection, used by the script on the connection's own thread.
class Peer {
 public:
  explicit Peer(int socket, const std::atomic<bool>& ending) : socket_{socket}, ending_{ending} {}
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer() { ::close(socket_); }

  /// One request with its body; empty when the client has gone or the server ends.
  std::string read_request() {
    while (true) {
      const auto head = pending_.find("\r\n\r\n");
      if (head != std::string::npos && pending_.size() >= head + 4 + content_length(head)) {
        const auto size = head + 4 + content_length(head);
        std::string request = pending_.substr(0, size);
        pending_.erase(0, size);
        return request;
      }
      if (!receive()) return {};
    }
  }

  void write(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// False as soon as the client is gone or the server ends; true after `milliseconds` without either.
  bool stays_for(int milliseconds) {
    pollfd waiting{socket_, POLLIN, 0};
    return ::poll(&waiting, 1, milliseconds) == 0 && !ending_;
  }

  /// Says nothing, whatever comes, until the client hangs up or the server ends.
  void hold() {
    while (receive()) {
    }
  }

  /// Hangs up with a reset in place of an orderly end.
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

  [[nodiscard]] int socket() const { return socket_; }

 private:
  [[nodiscard]] std::size_t content_length(std::size_t head) const {
    const auto at = pending_.find("Content-Length: ");
    return at < head ? std::stoul(pending_.substr(at + 16)) : 0;
  }

  bool receive() {
    char bytes[4096];
    while (stays_for(20)) {
    }
    if (ending_) return false;
    const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count > 0) pending_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }

  int socket_;
  const std::atomic<bool>& ending_;
  std::string pending_;
};

class ScriptedServer {
 public:
  using Script = std::function<void(Peer&)>;

  explicit ScriptedServer(Script script) : script_{std::move(script)} {
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listening_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listening_, 64) != 0 ||
        ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      std::abort();
    }
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread{[this] { accept_all(); }};
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  ~ScriptedServer() {
    ending_ = true;
    ::shutdown(listening_, SHUT_RDWR);
    accepting_.join();
    for (auto& thread : playing_) thread.join();
    ::close(listening_);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] int at_once_max() const { return at_once_max_; }

 private:
  void accept_all() {
    while (!ending_) {
      const int socket = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) return;
      ++connections_;
      playing_.emplace_back([this, socket] { play(socket); });
    }
  }

  void play(int socket) {
    sigset_t pipe;  // OpenSSL writes without MSG_NOSIGNAL
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    const int now = ++at_once_;
    for (int seen = at_once_max_; now > seen && !at_once_max_.compare_exchange_weak(seen, now);) {
    }
    {
      Peer peer{socket, ending_};
      script_(peer);
    }
    --at_once_;
  }

  Script script_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> ending_{false};
  std::atomic<int> connections_{0};
  std::atomic<int> at_once_{0};
  std::atomic<int> at_once_max_{0};
  std::thread accepting_;
  std::vector<std::thread> playing_;
};

}  // namespace chargehook::delivery::io
