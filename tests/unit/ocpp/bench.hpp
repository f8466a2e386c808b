/// A proxy on the table: said to by charger and CSMS, its clock turned by hand, all that comes out written down.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "ocpp/sessions.hpp"

namespace chargehook::ocpp::test {

using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

inline std::shared_ptr<OcppConfig> small_depot() {
  auto config = std::make_shared<OcppConfig>();
  config->listeners = {{"chargers", "127.0.0.1", 0, Security::none}, {"locked", "127.0.0.1", 0, Security::basic}};
  config->upstreams = {{"fleet-csms", "ws://csms.example:8180/ocpp?tenant=7"}};
  ChargerConfig charger{"CP-07", "Bay 7", {"cp07"}, "", {{1, "DE*ABC*E0007*1", "type2-socket", 22000, "feeder-a"}}};
  config->chargers = {charger, {"CP 08", "", {}, "", {}}};
  config->persons_key = "0123456789abcdef0123456789abcdef";
  return config;
}

inline const model::Site depot{"depot-nord", "Depot Nord", "Europe/Berlin", "EUR", "DE", "DE*ABC"};

class Bench {
 public:
  explicit Bench(std::map<std::string, std::string> stored = {}, std::shared_ptr<OcppConfig> config = small_depot())
      : kept(std::move(stored)), sessions_(std::move(config), depot, 0x9f3c, kept) {
    now.wall = *model::parse_rfc3339("2026-11-24T06:00:00Z");
    now.boot = model::BootTime{std::chrono::hours{1}};
    now.quality = model::TimeQuality::synced;
  }

  /// Hands in one input; what came out is in `lines`, `events` and `kept`.
  void give(Input input) {
    Outputs out;
    sessions_.step(now, std::move(input), out);
    for (const Command& command : out.commands) std::visit([&](const auto& kind) { write(kind); }, command);
    for (Entry& entry : out.entries) take(entry);
    if (out.told_time) told_time = out.told_time;
  }

  LinkId arrive(std::string target, std::string listener = "chargers", std::string authorization = {}) {
    const LinkId link{++last_link_};
    give(ChargerArrived{link, std::move(listener), std::move(target), "ocpp2.0.1, ocpp1.6", std::move(authorization),
                        "Alfen", "192.168.20.7"});
    return link;
  }

  LinkId connect(const std::string& target = "/CP-07") {
    const LinkId link = arrive(target);
    give(UpstreamAccepted{link, "ocpp1.6"});
    return link;
  }

  void charger(LinkId link, std::string_view text) {
    give(MessageArrived{link, Side::charger, {std::string{text}, true}});
  }
  void csms(LinkId link, std::string_view text) {
    give(MessageArrived{link, Side::upstream, {std::string{text}, true}});
  }

  /// The journal has written all that it was given.
  void commit() {
    const std::vector<HoldToken> due = std::exchange(tokens, {});
    for (const HoldToken token : due) give(EntryDurable{token});
  }

  void pass(milliseconds time) {
    now.wall += time;
    now.boot += time;
    give(TimerDue{});
  }

  /// Lines since the last call.
  std::vector<std::string> said() { return std::exchange(lines, {}); }
  /// Events since the last call.
  std::vector<model::Event> told() { return std::exchange(events, {}); }

  const Counters& counters() const { return sessions_.counters(); }
  Sessions& sessions() { return sessions_; }

  model::Now now;
  std::vector<std::string> lines;
  std::vector<model::Event> events;
  std::vector<HoldToken> tokens;
  std::map<LinkId, bool> passes_on;         ///< as last told
  std::map<std::string, std::string> kept;  ///< the store's state
  std::optional<ToldTime> told_time;        ///< the newest

 private:
  static std::string name(LinkId link) { return std::to_string(static_cast<std::uint64_t>(link)); }
  static std::string name(Side side) { return side == Side::charger ? "charger" : "csms"; }
  void write(const Dial& dial) {
    lines.push_back("dial " + name(dial.link) + " " + dial.host + ":" + dial.port + dial.target);
  }
  void write(const Accept& accept) { lines.push_back("accept " + name(accept.link) + " " + accept.subprotocol); }
  void write(const Refuse& refuse) {
    lines.push_back("refuse " + name(refuse.link) + " " + std::to_string(refuse.status));
  }
  void write(const Send& send) { lines.push_back(name(send.to) + " " + name(send.link) + " " + send.message.bytes); }
  void write(const PassOn& pass_on) { passes_on[pass_on.link] = pass_on.at_once; }
  void write(const Close& close) {
    lines.push_back("close " + name(close.side) + " " + name(close.link) + " " + std::to_string(close.code));
  }
  void take(Entry& entry) {
    for (model::Event& event : entry.events) events.push_back(std::move(event));
    for (StatePut& put : entry.state) kept[put.key] = put.value.value_or("");
    if (entry.token != no_hold) tokens.push_back(entry.token);
  }

  Sessions sessions_;
  std::uint64_t last_link_ = 0;
};

inline std::vector<std::string> types(const std::vector<model::Event>& events) {
  std::vector<std::string> out;
  for (const model::Event& event : events) out.push_back(event.type);
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace chargehook::ocpp::test
