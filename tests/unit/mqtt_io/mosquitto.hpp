// A real broker for one test, and somebody who publishes to it.
#pragma once

#include <fcntl.h>
#include <mqtt/async_client.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "fakes/longest_wait.hpp"
#include "model/result.hpp"

extern char** environ;

namespace chargehook::mqtt::io {

/// A port that is ours as long as this lives, and on which nobody listens: bound only. Linux lets a broker of ours
/// listen beside it, both with SO_REUSEADDR; nobody else is given the port, also not as the near end of a connection.
class PortHolder {
 public:
  PortHolder() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int yes = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    CHARGEHOOK_ASSERT(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    CHARGEHOOK_ASSERT(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~PortHolder() { ::close(socket_); }
  PortHolder(const PortHolder&) = delete;
  PortHolder& operator=(const PortHolder&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

class Mosquitto {
 public:
  /// @param more lines of its configuration
  explicit Mosquitto(const std::string& more = "allow_anonymous true\n") {
    std::string pattern = (std::filesystem::temp_directory_path() / "mosquitto-XXXXXX").string();
    CHARGEHOOK_ASSERT(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    std::ofstream config(folder_ / "mosquitto.conf");
    config << "listener " << port() << " 127.0.0.1\nuser " << ::getpwuid(::getuid())->pw_name << "\n" << more;
  }
  ~Mosquitto() {
    kill();
    std::filesystem::remove_all(folder_);
  }
  Mosquitto(const Mosquitto&) = delete;
  Mosquitto& operator=(const Mosquitto&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_.port(); }

  void start() {
    const std::string config = (folder_ / "mosquitto.conf").string();
    std::array<const char*, 4> arguments{"mosquitto", "-c", config.c_str(), nullptr};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int error = ::posix_spawn(&process_, "/usr/sbin/mosquitto", &actions, nullptr,
                                    const_cast<char**>(arguments.data()), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    CHARGEHOOK_ASSERT(error == 0);
  }

  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }

 private:
  PortHolder port_;
  std::filesystem::path folder_;
  pid_t process_ = -1;
};

/// To a broker that is up.
class Publisher {
 public:
  explicit Publisher(std::uint16_t port)
      : client_("tcp://127.0.0.1:" + std::to_string(port), "test-publisher", ::mqtt::create_options(MQTTVERSION_5),
                nullptr) {
    ::mqtt::connect_options options;
    options.set_mqtt_version(MQTTVERSION_5);
    options.set_clean_start(true);
    CHARGEHOOK_ASSERT(client_.connect(options)->wait_for(fakes::longest_wait));
  }
  ~Publisher() { client_.disconnect()->wait_for(std::chrono::seconds{2}); }
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  void publish(const std::string& topic, const std::string& payload, bool retained = false) {
    CHARGEHOOK_ASSERT(client_.publish(topic, payload, 1, retained)->wait_for(fakes::longest_wait));
  }

 private:
  ::mqtt::async_client client_;
};

}  // namespace chargehook::mqtt::io
