#include "charger/plan.hpp"

#include <limits>
#include <map>
#include <sstream>
#include <utility>

namespace chargehook::simulators {
namespace {

constexpr std::int64_t energy_wh = 1840;  // between two meter values

const std::map<std::string, StepKind> kinds{
    {"authorize", StepKind::authorize}, {"start", StepKind::start},           {"meter", StepKind::meter},
    {"stop", StepKind::stop},           {"status", StepKind::status},         {"heartbeat", StepKind::heartbeat},
    {"wait", StepKind::wait},           {"frame text", StepKind::text_frame}, {"frame binary", StepKind::binary_frame},
};

std::optional<std::string> from_hex(const std::string& text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    const std::string pair = text.substr(at, 2);
    if (pair.size() != 2 || pair.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) return std::nullopt;
    bytes += static_cast<char>(std::stoi(pair, nullptr, 16));
  }
  return bytes;
}

/// Reads what a step of its kind needs; false if it is not there.
bool read_rest(std::istream& in, Step& step) {
  switch (step.kind) {
    case StepKind::authorize:
      return static_cast<bool>(in >> step.word);
    case StepKind::start:
      return static_cast<bool>(in >> step.connector >> step.word);
    case StepKind::meter:
      if (!(in >> step.connector)) return false;
      if (!(in >> step.number)) step.number = energy_wh;
      return true;
    case StepKind::stop:
      if (!(in >> step.connector)) return false;
      in >> step.word;
      return true;
    case StepKind::status:
      if (!(in >> step.connector >> step.word)) return false;
      if (!(in >> step.error)) step.error = "NoError";
      return true;
    case StepKind::heartbeat:
      return true;
    case StepKind::wait:
      return static_cast<bool>(in >> step.number);
    case StepKind::text_frame:
    case StepKind::binary_frame:
      break;
  }
  std::string hex;
  in >> hex;
  const auto bytes = from_hex(hex);
  step.word = bytes.value_or("");
  return bytes.has_value();
}

std::optional<Step> read_step(const std::string& line) {
  std::istringstream in(line);
  std::string name;
  in >> name;
  if (std::string form; name == "frame" && in >> form) name += " " + form;
  const auto kind = kinds.find(name);
  if (kind == kinds.end()) return std::nullopt;
  Step step;
  step.kind = kind->second;
  if (!read_rest(in, step)) return std::nullopt;
  return step;
}

}  // namespace

Plan Plan::of_sessions(std::uint64_t count, unsigned meter_values, std::string card) {
  Plan plan;
  plan.sessions_left_ = count == 0 ? std::numeric_limits<std::uint64_t>::max() : count;
  plan.meter_values_ = meter_values;
  plan.card_ = std::move(card);
  plan.steps_.push_back({StepKind::status, 1, "Available", "NoError", 0});
  return plan;
}

std::optional<Plan> Plan::of_script(const std::string& text, std::string& error) {
  Plan plan;
  std::istringstream lines(text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    auto step = read_step(line);
    if (!step) {
      error = "line " + std::to_string(number) + " is no step: " + line;
      return std::nullopt;
    }
    plan.steps_.push_back(std::move(*step));
  }
  return plan;
}

std::optional<Step> Plan::next() {
  if (steps_.empty() && sessions_left_ > 0) add_session();
  if (steps_.empty()) return std::nullopt;
  Step step = std::move(steps_.front());
  steps_.pop_front();
  return step;
}

void Plan::add_session() {
  --sessions_left_;
  steps_.push_back({StepKind::status, 1, "Preparing", "NoError", 0});
  steps_.push_back({StepKind::authorize, 0, card_, {}, 0});
  steps_.push_back({StepKind::start, 1, card_, {}, 0});
  steps_.push_back({StepKind::status, 1, "Charging", "NoError", 0});
  for (unsigned n = 0; n < meter_values_; ++n) steps_.push_back({StepKind::meter, 1, {}, {}, energy_wh});
  steps_.push_back({StepKind::stop, 1, "Local", {}, 0});
  steps_.push_back({StepKind::status, 1, "Finishing", "NoError", 0});
  steps_.push_back({StepKind::status, 1, "Available", "NoError", 0});
  steps_.push_back({StepKind::heartbeat, 0, {}, {}, 0});
}

}  // namespace chargehook::simulators
