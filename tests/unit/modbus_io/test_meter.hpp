// A meter on libmodbus' server side, over TCP or a pty, that can be told to misbehave.
#pragma once

#include <modbus/modbus.h>
#include <netinet/in.h>
#include <pty.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "modbus/io/reserve_descriptors.hpp"
#include "model/result.hpp"

namespace chargehook::modbus::io {

enum class Behaviour { answer, silent, late, other_unit, hang_up, refuse };

class TestMeter {
 public:
  TestMeter() : mapping_(modbus_mapping_new(0, 0, 16, 128)) {
    for (int i = 0; i < 3; ++i) set(2 * i, 230.2F);
    set(52, 6906);
    set(70, 50);
    set(72, 1234.5F);
  }
  virtual ~TestMeter() { modbus_mapping_free(mapping_); }
  TestMeter(const TestMeter&) = delete;
  TestMeter& operator=(const TestMeter&) = delete;

  std::atomic<Behaviour> behaviour = Behaviour::answer;
  std::atomic<int> requests = 0;

  /// What a late answer waits for.
  void time_is_over() {
    is_time_over_ = true;
    is_time_over_.notify_all();
  }

 protected:
  /// The most significant word first; the library's own function for it depends on its version.
  void set(int at, float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    mapping_->tab_input_registers[at] = static_cast<std::uint16_t>(bits >> 16U);
    mapping_->tab_input_registers[at + 1] = static_cast<std::uint16_t>(bits);
  }

  /// Answers until the other side is gone.
  void serve(modbus_t* context) {
    std::array<std::uint8_t, MODBUS_MAX_ADU_LENGTH> query{};
    while (!stopping_) {
      const int size = modbus_receive(context, query.data());
      if (size < 0 && !is_serial_) return;
      if (size <= 0) continue;
      ++requests;
      if (!react(context, query.data(), size)) return;
    }
  }

  bool is_serial_ = false;
  std::atomic<bool> stopping_ = false;

 private:
  bool react(modbus_t* context, std::uint8_t* query, int size) {
    const int unit_at = modbus_get_header_length(context) - 1;
    switch (behaviour.load()) {
      case Behaviour::hang_up:
        return false;
      case Behaviour::silent:
        return true;
      case Behaviour::refuse:
        modbus_reply_exception(context, query, MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS);
        return true;
      case Behaviour::late:
        set(0, 199.9F);
        is_time_over_.wait(false);
        modbus_reply(context, query, size, mapping_);
        set(0, 230.2F);
        behaviour = Behaviour::answer;
        return true;
      case Behaviour::other_unit:
        ++query[unit_at];
        modbus_reply(context, query, size, mapping_);
        return true;
      case Behaviour::answer:
        modbus_reply(context, query, size, mapping_);
        return true;
    }
    return true;
  }

  modbus_mapping_t* mapping_;
  std::atomic<bool> is_time_over_ = false;
};

class TcpMeter : public TestMeter {
 public:
  TcpMeter() : context_(modbus_new_tcp("127.0.0.1", 0)), listener_(modbus_tcp_listen(context_, 4)) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    CHARGEHOOK_ASSERT(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { run(); }};
  }
  ~TcpMeter() override {
    stopping_ = true;
    time_is_over();
    ::shutdown(listener_, SHUT_RDWR);
    if (const int client = client_; client >= 0) ::shutdown(client, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    modbus_free(context_);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  std::atomic<int> connections = 0;

 private:
  void run() {
    while (!stopping_) {
      const int accepted = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (accepted < 0) continue;
      const int client = low_.move_here(accepted).value();  // the server side waits with select() too
      client_ = client;
      ++connections;
      modbus_set_socket(context_, client);
      serve(context_);
      client_ = -1;
      low_.give_back(client);
    }
  }

  ReservedDescriptors low_{1};
  modbus_t* context_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> client_ = -1;
  std::thread thread_;
};

/// On the other end of a pty.
class SerialMeter : public TestMeter {
 public:
  explicit SerialMeter(int unit) {
    is_serial_ = true;
    std::array<char, 128> name{};
    CHARGEHOOK_ASSERT(::openpty(&ours_, &theirs_, name.data(), nullptr, nullptr) == 0);
    path_ = name.data();
    context_ = modbus_new_rtu(path_.c_str(), 9600, 'N', 8, 1);
    modbus_set_slave(context_, unit);
    modbus_set_socket(context_, ours_);
    modbus_set_indication_timeout(context_, 0, 50'000);
    thread_ = std::thread{[this] { serve(context_); }};
  }
  ~SerialMeter() override {
    stopping_ = true;
    time_is_over();
    thread_.join();
    ::close(ours_);
    ::close(theirs_);
    modbus_free(context_);
  }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  int ours_ = -1;
  int theirs_ = -1;  ///< open, so that the line does not hang up when the gateway closes
  std::string path_;
  modbus_t* context_ = nullptr;
  std::thread thread_;
};

}  // namespace chargehook::modbus::io
