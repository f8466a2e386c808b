#include "config/serial_settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace chargehook::config {
namespace {

constexpr std::array bauds{1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200};

std::optional<modbus::Parity> parity_of(char letter) {
  if (letter == 'N') return modbus::Parity::none;
  if (letter == 'E') return modbus::Parity::even;
  if (letter == 'O') return modbus::Parity::odd;
  return std::nullopt;
}

std::optional<modbus::SerialPort> parse(std::string_view text) {
  modbus::SerialPort out;
  const std::size_t blank = text.find(' ');
  const std::string_view form = blank == text.npos ? std::string_view{} : text.substr(blank + 1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.baud);
  const bool has_baud = error == std::errc{} && end == text.data() + std::min(blank, text.size());
  if (!has_baud || std::ranges::find(bauds, out.baud) == bauds.end() || form.size() != 3) return std::nullopt;
  const auto parity = parity_of(form[1]);
  const bool is_known = (form[0] == '7' || form[0] == '8') && parity && (form[2] == '1' || form[2] == '2');
  if (!is_known) return std::nullopt;
  out.data_bits = form[0] - '0';
  out.parity = *parity;
  out.stop_bits = form[2] - '0';
  return out;
}

}  // namespace

std::optional<modbus::SerialPort> read_serial_settings(MapReader& map, const Text& written) {
  auto out = parse(written.text);
  if (!out) {
    map.error(written.place, "E160", in_quotes(written.text) + " is not a setting of a serial line",
              "baud, data bits, parity, stop bits, as in 9600 8N1, 19200 8E1");
  }
  return out;
}

}  // namespace chargehook::config
