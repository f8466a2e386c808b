#include "modbus/io/libmodbus_link.hpp"

#include <fcntl.h>
#include <modbus.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include "modbus/io/tcp_dial.hpp"
#include "model/result.hpp"

namespace chargehook::modbus::io {
namespace {

using std::chrono::milliseconds;

/// Between two bytes of one frame: 100 characters at 9600 baud, and what a USB adapter adds.
constexpr milliseconds byte_timeout{150};

struct FreeContext {
  void operator()(modbus_t* context) const { modbus_free(context); }
};
using Context = std::unique_ptr<modbus_t, FreeContext>;

char parity_letter(Parity parity) { return parity == Parity::none ? 'N' : parity == Parity::even ? 'E' : 'O'; }

/// `usb`: the only adapter there is.
model::Result<std::string> path_of(const SerialPort& port) {
  if (port.path != "usb") return port.path;
  std::vector<std::string> found;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/dev/serial/by-id", error), end; !error && entry != end;
       entry.increment(error)) {
    found.push_back(entry->path().string());
  }
  if (found.size() == 1) return found.front();
  return model::Error{"port", std::to_string(found.size()) + " serial adapters in /dev/serial/by-id, not one"};
}

/// What the library says about bytes it could not make a frame of.
PollError broken_frame(int error) { return error == EMBBADCRC ? PollError::wrong_checksum : PollError::short_frame; }

bool is_about_bytes(int error) {
  return error == EMBBADCRC || error == EMBBADDATA || error == EMBBADEXC || error == EMBUNKEXC || error == EMBMDATA ||
         error == EMBBADSLAVE || error == ETIMEDOUT;
}

}  // namespace

struct LibmodbusLink::Impl {
  const LineConfig config;
  ReservedDescriptors& reserved;
  const StopSignal& stop;
  Context context;
  int descriptor = -1;  ///< one of `reserved`

  Failed take(model::Result<int> opened) {
    if (opened.has_error()) return Failed{opened.error().message};
    const auto number = reserved.move_here(opened.value());
    if (!number) return Failed{"no descriptor below 1024 is left for line " + config.name};
    CHARGEHOOK_ASSERT(*number < FD_SETSIZE);
    descriptor = *number;
    modbus_set_socket(context.get(), descriptor);
    modbus_set_error_recovery(context.get(), MODBUS_ERROR_RECOVERY_NONE);
    const auto microseconds = static_cast<std::uint32_t>(std::chrono::microseconds(byte_timeout).count());
    modbus_set_byte_timeout(context.get(), 0, microseconds);
    modbus_set_response_timeout(context.get(), 0, microseconds);  // the first byte is there when we begin to read
    return {};
  }

  Happened open_tcp(const TcpAddress& address, milliseconds timeout) {
    context.reset(modbus_new_tcp("127.0.0.1", 502));  // never connects itself: no names, no IPv6, no deadline
    if (!context) return Failed{modbus_strerror(errno)};
    const Failed failed = take(dial_tcp(address, timeout, stop));
    return done_or(failed);
  }

  Happened open_serial(const SerialPort& port) {
    const auto path = path_of(port);
    if (path.has_error()) return Failed{path.error().message};
    context.reset(
        modbus_new_rtu(path.value().c_str(), port.baud, parity_letter(port.parity), port.data_bits, port.stop_bits));
    if (!context || modbus_connect(context.get()) != 0) return Failed{path.value() + ": " + modbus_strerror(errno)};
    const int opened = modbus_get_socket(context.get());
    ::ioctl(opened, TIOCEXCL);  // two programs on one bus hear each other's answers
    const Failed failed = take(opened);
    return done_or(failed);
  }

  Happened done_or(const Failed& failed) {
    if (descriptor >= 0) return Done{};
    context.reset();
    return failed;
  }

  void close() {
    if (descriptor < 0) return;
    if (config.is_serial()) ::ioctl(descriptor, TIOCNXCL);
    reserved.give_back(descriptor);
    descriptor = -1;
    context.reset();
  }

  Happened read_frame() {
    std::vector<std::uint8_t> bytes(MODBUS_MAX_ADU_LENGTH);
    const int count = modbus_receive_confirmation(context.get(), bytes.data());
    if (count > 0) {
      bytes.resize(static_cast<std::size_t>(count));
      return Frame{std::move(bytes)};
    }
    if (count == 0) return BrokenFrame{PollError::wrong_unit};  // RTU: the library passes over other addresses
    if (is_about_bytes(errno)) return BrokenFrame{broken_frame(errno)};
    return Failed{modbus_strerror(errno)};
  }

  /// What lies there before a request is nobody's answer to it, though it may look like one.
  /// @return false if the other side has hung up
  bool clear_input() {
    while (stop.wait_readable(descriptor, milliseconds{0}) == Wake::readable) {
      if (throw_away() <= 0) return false;
    }
    return true;
  }

  /// @return how many bytes went away; 0: end of file; -1: an error
  ssize_t throw_away() {
    std::array<std::uint8_t, 512> bytes{};
    ssize_t count = 0;
    do count = ::read(descriptor, bytes.data(), bytes.size());
    while (count < 0 && errno == EINTR);
    return count;
  }
};

LibmodbusLink::LibmodbusLink(const LineConfig& config, ReservedDescriptors& reserved, const StopSignal& stop)
    : impl_(new Impl{config, reserved, stop, nullptr, -1}) {}

LibmodbusLink::~LibmodbusLink() { impl_->close(); }

Happened LibmodbusLink::open(const Open& command) {
  CHARGEHOOK_ASSERT(impl_->descriptor < 0);
  if (const auto* port = std::get_if<SerialPort>(&impl_->config.link)) return impl_->open_serial(*port);
  return impl_->open_tcp(std::get<TcpAddress>(impl_->config.link), command.timeout);
}

Happened LibmodbusLink::close() {
  impl_->close();
  return Done{};
}

Happened LibmodbusLink::ask(const Ask& command) {
  modbus_t* context = impl_->context.get();
  if (!impl_->clear_input()) return Failed{"closed by the other side"};
  const auto bytes = request_bytes(command.request);
  modbus_set_slave(context, command.request.unit);
  if (modbus_send_raw_request(context, bytes.data(), static_cast<int>(bytes.size())) < 0) {
    return Failed{modbus_strerror(errno)};
  }
  switch (impl_->stop.wait_readable(impl_->descriptor, command.timeout)) {
    case Wake::readable:
      return impl_->read_frame();
    case Wake::failed:
      return Failed{"poll failed"};
    default:
      return NoReply{};
  }
}

Happened LibmodbusLink::drain(const Drain& command) {
  const auto end = std::chrono::steady_clock::now() + command.at_most;
  while (std::chrono::steady_clock::now() < end) {
    switch (impl_->stop.wait_readable(impl_->descriptor, command.silence)) {
      case Wake::readable:
        if (impl_->throw_away() <= 0) return Failed{"the port is gone"};
        break;
      case Wake::failed:
        return Failed{"poll failed"};
      default:
        return Done{};
    }
  }
  return StillNoisy{};
}

}  // namespace chargehook::modbus::io
