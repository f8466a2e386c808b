#include "meter/server.hpp"

#include <modbus.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <stdexcept>

#include "common/line_log.hpp"

namespace chargehook::simulators {

struct ModbusServer::Context {
  explicit Context(modbus_t* given) : modbus(given) {
    if (modbus == nullptr) give_up("libmodbus refuses the settings");
    modbus_set_indication_timeout(modbus, 0, 200'000);
    modbus_set_byte_timeout(modbus, 0, 200'000);
  }
  ~Context() { modbus_free(modbus); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  modbus_t* modbus;
};

namespace {

/// "127.0.0.1:0"
sockaddr_in read_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  boost::system::error_code error;
  const auto host = boost::asio::ip::make_address_v4(text.substr(0, colon), error);
  const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
  const bool is_number = !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos;
  if (error || !is_number || std::stoi(port) > 65535) throw std::invalid_argument("`" + text + "` is not address:port");
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_addr.s_addr = htonl(host.to_uint());
  out.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
  return out;
}

}  // namespace

std::unique_ptr<ModbusServer> ModbusServer::on_tcp(const std::string& address, int unit) {
  std::unique_ptr<ModbusServer> out{new ModbusServer};
  out->context_ = std::make_unique<Context>(modbus_new_tcp("127.0.0.1", 502));
  out->unit_ = unit;
  out->listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(out->listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in place = read_address(address);
  socklen_t size = sizeof place;
  if (::bind(out->listener_, reinterpret_cast<sockaddr*>(&place), size) != 0 || ::listen(out->listener_, 16) != 0) {
    give_up("cannot listen on " + address);
  }
  ::getsockname(out->listener_, reinterpret_cast<sockaddr*>(&place), &size);
  out->where_ = std::to_string(ntohs(place.sin_port));
  return out;
}

std::unique_ptr<ModbusServer> ModbusServer::on_serial(const std::string& port, int unit) {
  std::unique_ptr<ModbusServer> out{new ModbusServer};
  out->is_serial_ = true;
  out->unit_ = unit;
  int descriptor = -1;
  out->where_ = port;
  if (port == "pty") {
    std::array<char, 128> name{};
    if (::openpty(&descriptor, &out->kept_open_, name.data(), nullptr, nullptr) != 0) give_up("no pty");
    out->where_ = name.data();
  }
  out->context_ = std::make_unique<Context>(modbus_new_rtu(out->where_.c_str(), 9600, 'N', 8, 1));
  modbus_set_slave(out->context_->modbus, unit);
  if (descriptor < 0) {
    if (modbus_connect(out->context_->modbus) != 0) give_up("cannot open " + port);
    descriptor = modbus_get_socket(out->context_->modbus);
  }
  out->clients_.push_back(descriptor);
  return out;
}

ModbusServer::~ModbusServer() {
  for (const int client : clients_) ::close(client);
  if (listener_ >= 0) ::close(listener_);
  if (kept_open_ >= 0) ::close(kept_open_);
}

bool ModbusServer::serve(std::chrono::milliseconds time, int other, Manner manner, RegisterMap& registers) {
  std::vector<pollfd> watched{{other, POLLIN, 0}, {listener_, POLLIN, 0}};
  for (const int client : clients_) watched.push_back({client, POLLIN, 0});
  if (::poll(watched.data(), watched.size(), static_cast<int>(time.count())) <= 0) return false;
  for (std::size_t i = 2; i < watched.size(); ++i) {
    const int client = watched[i].fd;
    if (watched[i].revents == 0 || answer(client, manner, registers) || is_serial_) continue;
    ::close(client);
    std::erase(clients_, client);
  }
  if (watched[1].revents != 0) accept_client();
  return watched[0].revents != 0;
}

void ModbusServer::accept_client() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  if (client < FD_SETSIZE) {
    clients_.push_back(client);
  } else {
    ::close(client);  // libmodbus waits with select()
  }
}

/// @return false if the connection has to be closed
bool ModbusServer::answer(int descriptor, Manner manner, RegisterMap& registers) {
  modbus_t* modbus = context_->modbus;
  modbus_set_socket(modbus, descriptor);
  std::array<std::uint8_t, MODBUS_MAX_ADU_LENGTH> query{};
  const int size = modbus_receive(modbus, query.data());
  if (size < 0) return false;
  if (size == 0) return true;  // serial: for another address
  ++requests_;
  const int unit = query[static_cast<std::size_t>(modbus_get_header_length(modbus) - 1)];
  if (manner == Manner::hangs_up) return false;
  if (manner == Manner::silent) return true;
  if (unit != unit_) {
    modbus_reply_exception(modbus, query.data(), MODBUS_EXCEPTION_GATEWAY_TARGET);
  } else if (manner == Manner::refuses) {
    modbus_reply_exception(modbus, query.data(), MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS);
  } else {
    modbus_reply(modbus, query.data(), size, registers.get());
  }
  return true;
}

}  // namespace chargehook::simulators
