// Lines and meters.
#include <algorithm>
#include <array>

#include "config/host_port.hpp"
#include "config/nearest.hpp"
#include "config/sections.hpp"
#include "config/serial_settings.hpp"

namespace chargehook::config {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::string_view bad_line = "E160";
constexpr Bounds<milliseconds> interval_bounds{100ms, 1h};
constexpr Bounds<milliseconds> timeout_bounds{50ms, 10s};
constexpr double ct_ratio_max = 10'000;

void read_tcp(MapReader& item, const Text& host, modbus::LineConfig& out) {
  Read<HostPort> read = read_host_port(host.text);
  if (auto* refusal = std::get_if<Refusal>(&read)) {
    return item.error(host.place, refusal->code, std::move(refusal->message), std::move(refusal->help));
  }
  auto& parts = std::get<HostPort>(read);
  out.link = modbus::TcpAddress{std::move(parts.host), parts.port.value_or(modbus::TcpAddress{}.port)};
}

void read_serial(MapReader& item, const Text& port, modbus::LineConfig& out) {
  if (port.text != "usb" && !port.text.starts_with("/dev/")) {
    item.error(port.place, bad_line, in_quotes(port.text) + " is not a serial port",
               "a path in /dev/serial/by-id, or usb for the only adapter there is");
  }
  const auto written = item.text("serial", Need::required);
  auto settings = written ? read_serial_settings(item, *written) : std::nullopt;
  out.link = settings.value_or(modbus::SerialPort{});
  std::get<modbus::SerialPort>(out.link).path = port.text;
}

void read_link(MapReader& item, Draft& draft, modbus::LineConfig& out) {
  const auto host = item.text("host", Need::optional);
  const auto port = item.text("port", Need::optional);
  if (host.has_value() == port.has_value()) {
    return item.error(item.place(), bad_line, "a line has either a host or a port",
                      "host: 192.168.10.20 for Modbus TCP, port: /dev/serial/by-id/… for a serial bus");
  }
  const Text& where = host ? *host : *port;
  if (!draft.names.claim("line at", where, item.report())) return;
  host ? read_tcp(item, *host, out) : read_serial(item, *port, out);
}

std::shared_ptr<const modbus::DeviceProfile> read_profile_name(MapReader& item, const Draft& draft) {
  const auto name = item.name("profile", Need::required);
  if (!name) return nullptr;
  const auto found = draft.profiles.find(name->text);
  if (found != draft.profiles.end()) return found->second;
  std::vector<std::string_view> known;
  for (const auto& [profile, content] : draft.profiles) known.push_back(profile);
  const std::string help = suggestion(name->text, known);
  item.error(name->place, "E164", "there is no device profile " + in_quotes(name->text),
             help.empty() ? "put one into devices.d" : help);
  return nullptr;
}

/// "normal", "reversed", "reversed L2", "reversed L1 L3".
void read_wiring(MapReader& item, modbus::DeviceConfig& out) {
  const auto written = item.text("wired", Need::optional);
  if (!written || written->text == "normal") return;
  constexpr std::string_view word = "reversed";
  std::string_view rest = written->text;
  bool good = rest.starts_with(word);
  rest.remove_prefix(good ? word.size() : 0);
  if (good && rest.empty()) out.wiring.reversed.fill(true);
  while (good && !rest.empty()) {
    good = rest.size() >= 3 && rest[0] == ' ' && rest[1] == 'L' && rest[2] >= '1' && rest[2] <= '3';
    if (!good) break;
    out.wiring.reversed[static_cast<std::size_t>(rest[2] - '1')] = true;
    rest.remove_prefix(3);
  }
  if (!good) {
    item.error(written->place, bad_line, in_quotes(written->text) + " is not a wiring",
               "normal, reversed, or reversed and the phases: reversed L2");
  }
}

/// "400 A / 5 A"
void read_transformer(MapReader& item, modbus::DeviceConfig& out) {
  const auto written = item.text("ct", Need::optional);
  if (!written) return;
  const std::string_view text = written->text;
  const std::size_t slash = text.find(" / ");
  const auto current = [](std::string_view part) {
    const Read<double> read = read_quantity(part, model::Quantity::current, "400 A");
    const auto* value = std::get_if<double>(&read);
    return value != nullptr ? *value : 0;
  };
  const double primary = slash == text.npos ? 0 : current(text.substr(0, slash));
  const double secondary = slash == text.npos ? 0 : current(text.substr(slash + 3));
  if (primary > 0 && secondary > 0 && primary / secondary <= ct_ratio_max) {
    out.ct_ratio = primary / secondary;
    return;
  }
  item.error(written->place, bad_line, in_quotes(text) + " is not a current transformer", "write it as 400 A / 5 A");
}

void read_device(MapReader& item, Draft& draft, modbus::LineConfig& line) {
  modbus::DeviceConfig out;
  if (auto name = item.name("name", Need::required); name && draft.names.claim("meter", *name, item.report())) {
    out.name = std::move(name->text);
  }
  out.profile = read_profile_name(item, draft);
  if (const auto address = item.integer("address", Need::required, {1, 247})) {
    out.address = static_cast<std::uint8_t>(*address);
    const auto same = [&](const modbus::DeviceConfig& other) { return other.address == out.address; };
    if (std::ranges::any_of(line.devices, same)) {
      item.error(item.place(), "E140", "address " + std::to_string(*address) + " is given twice on this line",
                 "each meter on a line has its own");
    }
  }
  out.interval = item.duration("interval", Need::optional, interval_bounds).value_or(out.interval);
  read_wiring(item, out);
  read_transformer(item, out);
  item.finish();
  line.devices.push_back(std::move(out));
}

void read_line(MapReader& item, Draft& draft) {
  modbus::LineConfig out;
  if (auto name = item.name("line", Need::required); name && draft.names.claim("line", *name, item.report())) {
    out.name = std::move(name->text);
  }
  read_link(item, draft, out);
  out.timeout = item.duration("timeout", Need::optional, timeout_bounds).value_or(out.timeout);
  for (MapReader& device : item.maps("devices", Need::required)) read_device(device, draft, out);
  item.finish();
  draft.generation.modbus.push_back(std::move(out));
}

}  // namespace

void read_modbus(MapReader& top, Draft& draft) {
  for (MapReader& item : top.maps("modbus", Need::optional)) read_line(item, draft);
}

}  // namespace chargehook::config
