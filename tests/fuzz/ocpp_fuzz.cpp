/// Any messages between a charger and a CSMS: lines of the input, '>' from the charger, '<' from the CSMS, '!' commits.
/// All are relayed as they are, every event is valid JSON within its limits, and the state that was kept reads back.
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "ocpp/sessions.hpp"

namespace {

using namespace std::chrono_literals;
namespace ocpp = chargehook::ocpp;
namespace model = chargehook::model;

void require(bool condition) {
  if (!condition) __builtin_trap();
}

struct World {
  std::shared_ptr<ocpp::OcppConfig> config = std::make_shared<ocpp::OcppConfig>();
  model::Now now{model::WallTime{494'000h}, model::BootTime{1h}, model::TimeQuality::synced};
  std::map<std::string, std::string> kept;
  std::vector<ocpp::HoldToken> tokens;
  std::uint64_t sent = 0;
  bool passes_on = false;

  World() {
    config->upstreams = {{"csms", "ws://csms"}};
    config->unknown_chargers = ocpp::UnknownChargers::relay;
    config->persons_key = "0123456789abcdef";
  }

  void step(ocpp::Sessions& sessions, ocpp::Input input) {
    ocpp::Outputs out;
    sessions.step(now, std::move(input), out);
    for (const auto& command : out.commands) {
      sent += std::holds_alternative<ocpp::Send>(command) ? 1 : 0;
      if (const auto* pass_on = std::get_if<ocpp::PassOn>(&command)) passes_on = pass_on->at_once;
    }
    for (const auto& entry : out.entries) {
      for (const model::Event& event : entry.events) {
        require(event.data.size() <= 60 * 1024 && event.subject.size() <= 256);
        require(nlohmann::json::accept(event.data));
      }
      for (const auto& put : entry.state) {
        require(put.value->size() <= 64 * 1024);
        kept[put.key] = *put.value;
      }
      if (entry.token != ocpp::no_hold) tokens.push_back(entry.token);
    }
  }

  /// As the gate does it: what may go on at once does, and is handed in after that.
  void say(ocpp::Sessions& sessions, ocpp::LinkId link, ocpp::Side from, std::string text) {
    const bool is_passed_on = from == ocpp::Side::charger || passes_on;
    sent += is_passed_on ? 1 : 0;
    step(sessions, ocpp::MessageArrived{link, from, {std::move(text), true}, is_passed_on});
  }

  void commit(ocpp::Sessions& sessions) {
    for (const ocpp::HoldToken token : std::exchange(tokens, {})) step(sessions, ocpp::EntryDurable{token});
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  World world;
  const model::Site site{"depot", "Depot", "Europe/Berlin", "EUR", "DE", "DE*ABC"};
  ocpp::Sessions sessions{world.config, site, 7, {}};
  const ocpp::LinkId link{1};
  world.step(sessions, ocpp::ChargerArrived{link, "l", "/CP", "ocpp1.6", "", "", ""});
  world.step(sessions, ocpp::UpstreamAccepted{link, "ocpp1.6"});
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  std::uint64_t given = 0;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    world.now.boot += 100ms;
    world.now.wall += 100ms;
    if (line.starts_with('!')) world.commit(sessions);
    if (!line.starts_with('>') && !line.starts_with('<')) continue;
    ++given;
    const auto side = line.front() == '>' ? ocpp::Side::charger : ocpp::Side::upstream;
    world.say(sessions, link, side, std::string{line.substr(1)});
    world.step(sessions, ocpp::TimerDue{});
  }
  world.commit(sessions);
  require(world.sent == given);
  const ocpp::Sessions restarted{world.config, site, 7, world.kept};
  return 0;
}
