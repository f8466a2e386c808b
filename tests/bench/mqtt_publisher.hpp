/// Publishes as fast as the broker takes it, on a thread of its own and with hardly any work per message: the packets
/// are made beforehand and written many at a time.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "model/result.hpp"

namespace chargehook::bench {

/// MQTT 3.1.1 §3: packets of less than 16 KiB.
inline std::string mqtt_packet(std::uint8_t first_byte, std::string_view body) {
  std::string out(1, static_cast<char>(first_byte));
  out += static_cast<char>(body.size() < 128 ? body.size() : (body.size() & 0x7F) | 0x80);
  if (body.size() >= 128) out += static_cast<char>(body.size() >> 7);
  return out.append(body);
}

inline std::string mqtt_text(std::string_view text) {
  const auto size = static_cast<std::uint16_t>(text.size());
  return std::string{static_cast<char>(size >> 8), static_cast<char>(size & 0xFF)}.append(text);
}

class MqttPublisher {
 public:
  MqttPublisher(std::uint16_t port, int quality) : quality_(quality) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHARGEHOOK_ASSERT(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const std::string name = "bench-publisher";
    write(mqtt_packet(0x10, mqtt_text("MQTT") + std::string("\x04\x02\x00\x00", 4) + mqtt_text(name)));
    char answer[4];
    CHARGEHOOK_ASSERT(::recv(socket_, answer, sizeof answer, MSG_WAITALL) == sizeof answer && answer[3] == 0);
    reader_ = std::thread{[this] { read_all(); }};
  }
  ~MqttPublisher() {
    ::shutdown(socket_, SHUT_RDWR);
    reader_.join();
    ::close(socket_);
  }
  MqttPublisher(const MqttPublisher&) = delete;
  MqttPublisher& operator=(const MqttPublisher&) = delete;

  /// Returns when the last one is written. Acknowledgements are read and not waited for.
  /// @param payload_of the number of the message
  template <class Payload>
  void publish(const std::string& topic, int count, Payload payload_of) {
    std::string packets;
    for (int i = 0; i < count; ++i) {
      std::string body = mqtt_text(topic);
      if (quality_ > 0) body += packet_id();
      packets += mqtt_packet(static_cast<std::uint8_t>(0x30 | quality_ << 1), body + payload_of(i));
      if (packets.size() < bytes_at_once) continue;
      write(packets);
      packets.clear();
    }
    write(packets);
  }

 private:
  static constexpr std::size_t bytes_at_once = 16 * 1024;

  std::string packet_id() {
    if (++last_id_ == 0) last_id_ = 1;
    return {static_cast<char>(last_id_ >> 8), static_cast<char>(last_id_ & 0xFF)};
  }

  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto written = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      CHARGEHOOK_ASSERT(written > 0);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void read_all() const {
    char buffer[4096];
    while (::recv(socket_, buffer, sizeof buffer, 0) > 0) {
    }
  }

  const int quality_;
  int socket_ = -1;
  std::uint16_t last_id_ = 0;
  std::thread reader_;
};

}  // namespace chargehook::bench
