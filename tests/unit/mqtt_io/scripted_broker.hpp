// A broker of a few bytes, to see what a real one does not tell: when the acknowledgement comes.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "model/result.hpp"

namespace chargehook::mqtt::io {

/// Accepts one client, lets it subscribe, sends it one message of quality 1 and notes what comes back.
/// Source: MQTT 5.0 §2.1, §3.
class ScriptedBroker {
 public:
  /// @param granted what it answers to each subscription in turn, the last one ever after: a quality, or a reason code
  ///                from 0x80 on
  ScriptedBroker(std::string topic, std::string payload, std::vector<std::uint8_t> granted = {1})
      : topic_(std::move(topic)), payload_(std::move(payload)), granted_(std::move(granted)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    CHARGEHOOK_ASSERT(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    CHARGEHOOK_ASSERT(::listen(listener_, 1) == 0);
    CHARGEHOOK_ASSERT(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { run(); }};
  }
  ~ScriptedBroker() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  ScriptedBroker(const ScriptedBroker&) = delete;
  ScriptedBroker& operator=(const ScriptedBroker&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// Whether the acknowledgement has come, or comes within the time.
  bool is_acknowledged(std::chrono::milliseconds within = {}) {
    std::unique_lock guard{mutex_};
    return changed_.wait_for(guard, within, [this] { return acknowledged_; });
  }
  /// The flags of CONNECT: bit 1 is clean start.
  std::uint8_t connect_flags() {
    const std::lock_guard guard{mutex_};
    return connect_flags_;
  }

 private:
  using Bytes = std::vector<std::uint8_t>;

  /// Fixed header's first byte and the body; nothing at the end of the connection. Bodies here are below 128 bytes.
  static bool read_packet(int client, std::uint8_t& kind, Bytes& body) {
    std::uint8_t header[2];
    if (::recv(client, header, 2, MSG_WAITALL) != 2) return false;
    kind = header[0];
    CHARGEHOOK_ASSERT(header[1] < 128);
    body.resize(header[1]);
    const auto size = static_cast<ssize_t>(body.size());
    return size == 0 || ::recv(client, body.data(), body.size(), MSG_WAITALL) == size;
  }

  static void send(int client, const Bytes& bytes) { (void)!::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  void send_message(int client) const {
    Bytes body{0, static_cast<std::uint8_t>(topic_.size())};
    body.insert(body.end(), topic_.begin(), topic_.end());
    body.insert(body.end(), {0, 7, 0});  // packet id 7, no properties
    body.insert(body.end(), payload_.begin(), payload_.end());
    Bytes packet{0x32, static_cast<std::uint8_t>(body.size())};
    packet.insert(packet.end(), body.begin(), body.end());
    send(client, packet);
  }

  void answer(int client, std::uint8_t kind, const Bytes& body) {
    const std::lock_guard guard{mutex_};
    switch (kind & 0xF0U) {
      case 0x10:  // CONNECT: protocol name, version, flags
        connect_flags_ = body.at(7);
        return send(client, {0x20, 3, 0, 0, 0});
      case 0x80:  // SUBSCRIBE
        send(client, {0x90, 4, body.at(0), body.at(1), 0, granted_.front()});
        if (granted_.size() > 1) granted_.erase(granted_.begin());
        return send_message(client);
      case 0x40:  // PUBACK
        acknowledged_ = true;
        return changed_.notify_all();
      case 0xC0:  // PINGREQ
        return send(client, {0xD0, 0});
      default:
        return;
    }
  }

  void run() {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    std::uint8_t kind = 0;
    Bytes body;
    while (read_packet(client, kind, body)) answer(client, kind, body);
    ::close(client);
  }

  const std::string topic_;
  const std::string payload_;
  std::vector<std::uint8_t> granted_;  // of the thread
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool acknowledged_ = false;          // guarded by mutex_
  std::uint8_t connect_flags_ = 0xFF;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace chargehook::mqtt::io
