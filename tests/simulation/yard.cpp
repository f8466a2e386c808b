#include "yard.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "model/clock.hpp"

namespace chargehook::simulation {

using namespace std::chrono_literals;
using ocpp::LinkId;
using ocpp::Side;

namespace {

constexpr Moment answer_patience = 30s;

/// The proxy holds an answer at most two seconds; one that came out clearly before was released by the commit.
constexpr Moment certainly_released_by_commit = 1900ms;

std::uint64_t number_of(LinkId link) { return static_cast<std::uint64_t>(link); }

}  // namespace

Yard::Yard(Schedule& schedule, Random& random, FaultCounts& faults, DeliveryJudge& judge, RelayJudge& relay,
           YardSetting setting, Give give)
    : schedule_(schedule),
      random_(random),
      faults_(faults),
      judge_(judge),
      relay_(relay),
      setting_(setting),
      give_(std::move(give)) {
  for (int i = 0; i < setting_.chargers; ++i) places_.push_back({Charger{"CP-" + std::to_string(i + 1)}});
}

/// The clock of chargers and CSMS, which is right whatever the gateway's says.
std::string Yard::wall() const {
  return model::to_rfc3339(std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + schedule_.now());
}

void Yard::start() {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    connect(i, random_.between(Moment{10ms}, Moment{2s}));
    act(i);
  }
}

Yard::Place* Yard::find(std::uint64_t link) {
  const auto found = std::ranges::find(places_, link, &Place::link);
  return link == 0 || found == places_.end() ? nullptr : &*found;
}

bool Yard::is_done() const {
  return finished_ && std::ranges::all_of(places_, [](const auto& place) { return place.charger.is_idle(); });
}

void Yard::act(std::size_t number) {
  schedule_.after(random_.between(Moment{10ms}, setting_.pause_max), [this, number] {
    if (finished_) return;
    places_[number].charger.act(random_, wall());
    send(number);
    act(number);
  });
}

void Yard::finish() {
  finished_ = true;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    places_[i].charger.finish(wall());
    send(i);
  }
}

void Yard::connect(std::size_t number, Moment wait) {
  Place& place = places_[number];
  place.link = 0;
  place.accepted = false;
  place.passes_on = false;
  place.charger.give_up();
  const auto waited = ++place.wait;
  schedule_.after(wait, [this, number, waited] {
    Place& later = places_[number];
    if (later.wait != waited) return;
    later.link = next_link_++;
    if (!give_(core::OcppSeen{ocpp::ChargerArrived{LinkId{later.link}, "yard", "/" + later.charger.id(), "ocpp1.6", "",
                                                   "Simulation", "192.0.2.7"}})) {
      connect(number, random_.between(Moment{500ms}, Moment{4s}));
    }
  });
}

void Yard::send(std::size_t number) {
  Place& place = places_[number];
  if (!place.accepted) return;
  auto frame = place.charger.next_frame();
  if (!frame) return;
  if (!finished_ && random_.per_mille(setting_.cut)) return cut(number);
  const auto waited = ++place.wait;
  schedule_.after(answer_patience, [this, number, waited] {
    Place& later = places_[number];
    if (later.wait != waited) return;
    later.charger.give_up();
    send(number);
  });
  const std::uint64_t link = place.link;
  relay_.sent(link, Toward::csms, *frame);
  to_csms(link, *frame);
  give_(core::OcppSeen{ocpp::MessageArrived{LinkId{link}, Side::charger, {std::move(*frame), true}, true}});
}

/// The line of one side is gone.
void Yard::cut(std::size_t number) {
  const std::uint64_t link = places_[number].link;
  const bool charger = random_.per_mille(500);
  faults_.note(charger ? Fault::charger_gone : Fault::csms_gone);
  relay_.closed(link);
  connect(number, random_.between(Moment{500ms}, Moment{5s}));
  give_(core::OcppSeen{ocpp::SideClosed{LinkId{link}, charger ? Side::charger : Side::upstream, 1006, "", false}});
}

void Yard::carry_out(const ocpp::Command& command) {
  if (const auto* dial = std::get_if<ocpp::Dial>(&command)) {
    const bool refused = !finished_ && random_.per_mille(100);
    if (refused) faults_.note(Fault::csms_refuses);
    schedule_.after(random_.between(Moment{5ms}, Moment{300ms}), [this, link = dial->link, refused] {
      if (find(number_of(link)) == nullptr) return;
      if (refused) give_(core::OcppSeen{ocpp::UpstreamRefused{link, 503, "no"}});
      if (!refused) give_(core::OcppSeen{ocpp::UpstreamAccepted{link, "ocpp1.6"}});
    });
  } else if (const auto* accept = std::get_if<ocpp::Accept>(&command)) {
    Place* place = find(number_of(accept->link));
    if (place == nullptr) return;
    place->accepted = true;
    place->charger.connected();
    const auto number = static_cast<std::size_t>(place - places_.data());
    schedule_.after(random_.between(Moment{1ms}, Moment{20ms}), [this, number] { send(number); });
  } else if (const auto* refuse = std::get_if<ocpp::Refuse>(&command)) {
    close(number_of(refuse->link), Side::charger);
  } else if (const auto* send = std::get_if<ocpp::Send>(&command)) {
    if (send->to == Side::charger) to_charger(number_of(send->link), send->message.bytes);
    if (send->to == Side::upstream) to_csms(number_of(send->link), send->message.bytes);
  } else if (const auto* pass_on = std::get_if<ocpp::PassOn>(&command)) {
    if (Place* place = find(number_of(pass_on->link))) place->passes_on = pass_on->at_once;
  } else if (const auto* gone = std::get_if<ocpp::Close>(&command)) {
    close(number_of(gone->link), gone->side);
  }
}

void Yard::close(std::uint64_t link, Side side) {
  Place* place = find(link);
  if (place == nullptr || side != Side::charger) return;
  relay_.closed(link);
  connect(static_cast<std::size_t>(place - places_.data()), random_.between(Moment{500ms}, Moment{5s}));
}

void Yard::run_ended() {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (places_[i].link != 0) relay_.closed(places_[i].link);
    connect(i, random_.between(Moment{500ms}, Moment{4s}));
  }
}

void Yard::to_csms(std::uint64_t link, const std::string& frame) {
  const Place* place = find(link);
  if (place == nullptr) return;
  relay_.arrived(link, Toward::csms, frame);
  if (frame.starts_with("[2,")) answer(link, answer_of(place->charger.id(), frame));
}

void Yard::answer(std::uint64_t link, std::string frame) {
  schedule_.after(random_.between(Moment{2ms}, Moment{200ms}), [this, link, frame = std::move(frame)] {
    const Place* place = find(link);
    if (place == nullptr) return;
    const bool passes_on = place->passes_on;
    relay_.sent(link, Toward::charger, frame);
    answered_[frame] = schedule_.now();
    if (passes_on) to_charger(link, frame);
    give_(core::OcppSeen{ocpp::MessageArrived{LinkId{link}, Side::upstream, {frame, true}, passes_on}});
  });
}

/// The same request of a transaction gets the same number, however often it comes.
std::string Yard::answer_of(const std::string& charger, const std::string& frame) {
  const auto id_end = frame.find('"', 4);
  const std::string head = "[3," + frame.substr(3, id_end - 2) + ",";
  if (frame.find("StartTransaction") != std::string::npos) {
    auto& number = transactions_[charger + member_of(frame, "timestamp") + member_of(frame, "meterStart")];
    if (number.empty()) number = std::to_string(1000 + transactions_.size());
    return head + R"({"idTagInfo":{"status":"Accepted"},"transactionId":)" + number + "}]";
  }
  if (frame.find("BootNotification") != std::string::npos) {
    return head + R"({"status":"Accepted","currentTime":")" + wall() + R"(","interval":300}])";
  }
  return head + "{}]";
}

void Yard::to_charger(std::uint64_t link, const std::string& frame) {
  Place* place = find(link);
  if (place == nullptr) return;
  relay_.arrived(link, Toward::charger, frame);
  const auto call = place->charger.answered(frame);
  if (!call) return;
  ++place->wait;  // its patience is not needed any more
  promise(*place, *call, frame);
  const auto number = static_cast<std::size_t>(place - places_.data());
  if (finished_) place->charger.finish(wall());
  schedule_.after(random_.between(Moment{1ms}, Moment{50ms}), [this, number] { send(number); });
}

void Yard::promise(const Place& place, const Charger::Call& call, const std::string& frame) {
  const auto answered = answered_.extract(frame);
  if (!call.is_kept() || answered.empty() || !journal_is_well_ || setting_.store_fills) return;
  if (schedule_.now() - answered.mapped() >= certainly_released_by_commit) return;
  const bool start = call.action == "StartTransaction";
  const std::string type = start ? "session.started" : "session.ended";
  const std::string transaction = start ? member_of(frame, "transactionId") : member_of(call.payload, "transactionId");
  judge_.promised(type + "/charger/" + place.charger.id() + "/" + transaction, type);
}

}  // namespace chargehook::simulation
