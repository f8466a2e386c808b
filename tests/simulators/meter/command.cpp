#include "meter/command.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace chargehook::simulators {
namespace {

using Words = std::vector<std::string>;

Words words_of(std::string_view line) {
  std::istringstream stream{std::string(line)};
  Words out;
  for (std::string word; stream >> word;) out.push_back(word);
  return out;
}

std::optional<Manner> manner_of(std::string_view word) {
  if (word == "answer") return Manner::answers;
  if (word == "silent") return Manner::silent;
  if (word == "refuse") return Manner::refuses;
  if (word == "hang-up") return Manner::hangs_up;
  return std::nullopt;
}

std::string set_value(const Words& words, MeterState& meter) {
  const bool is_bare = words.size() == 2 && words[0] == "meter.power_factor";
  const auto value = words.size() == 3 || is_bare ? read_amount(words[1], is_bare ? "1" : words[2]) : std::nullopt;
  if (!value) return "`" + words[1] + "` with its unit is not a value: 95 kW";
  return meter.electrics.set(words[0], *value) ? "" : "`" + words[0] + "` cannot be set";
}

/// ramp meter.power 95 kW in 60 s
std::string ramp(const Words& words, MeterState& meter) {
  const bool has_form = words.size() == 7 && words[4] == "in";
  const auto value = has_form ? read_amount(words[2], words[3]) : std::nullopt;
  const auto time = has_form ? read_amount(words[5], words[6]) : std::nullopt;
  if (!value || !time) return "write: ramp meter.power 95 kW in 60 s";
  return meter.electrics.ramp(words[1], *value, std::chrono::duration<double>(*time)) ? ""
                                                                                      : "no such signal: " + words[1];
}

}  // namespace

std::optional<double> read_amount(std::string_view number, std::string_view unit) {
  struct Unit {
    std::string_view symbol;
    double factor;
  };
  static constexpr std::array units{Unit{"W", 1},     Unit{"kW", 1e3}, Unit{"MW", 1e6}, Unit{"V", 1},
                                    Unit{"A", 1},     Unit{"Hz", 1},   Unit{"Wh", 1},   Unit{"kWh", 1e3},
                                    Unit{"MWh", 1e6}, Unit{"s", 1},    Unit{"min", 60}, Unit{"ms", 0.001},
                                    Unit{"1", 1}};
  const auto* const found =
      std::find_if(units.begin(), units.end(), [unit](const Unit& one) { return one.symbol == unit; });
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (found == units.end() || error != std::errc{} || end != number.data() + number.size()) return std::nullopt;
  return value * found->factor;
}

std::string obey(std::string_view line, MeterState& meter) {
  const Words words = words_of(line);
  if (words.empty() || words[0].starts_with('#')) return {};
  if (words[0] == "quit") {
    meter.quits = true;
    return {};
  }
  if (words[0] == "ramp") return ramp(words, meter);
  if (const auto manner = manner_of(words[0])) {
    meter.manner = *manner;
    return {};
  }
  if (words.size() == 2 || words.size() == 3) return set_value(words, meter);
  return "unknown: " + std::string(line);
}

std::vector<Timed> read_script(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::invalid_argument("cannot read " + path);
  std::vector<Timed> out;
  for (std::string line; std::getline(file, line);) {
    const Words words = words_of(line);
    if (words.empty() || words[0].starts_with('#')) continue;
    const auto time = words.size() > 2 ? read_amount(words[0], words[1]) : std::nullopt;
    if (!time) throw std::invalid_argument(path + ": `" + line + "` does not begin with a time, as in 10 s");
    std::string command;
    for (std::size_t i = 2; i < words.size(); ++i) command += words[i] + ' ';
    out.push_back({std::chrono::duration<double>(*time), command});
  }
  std::stable_sort(out.begin(), out.end(), [](const Timed& a, const Timed& b) { return a.at < b.at; });
  return out;
}

}  // namespace chargehook::simulators
