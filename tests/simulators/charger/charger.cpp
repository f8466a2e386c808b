#include "charger/charger.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace chargehook::simulators {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto retry_after_refusal = 200ms;  // Pending, CALLERROR

bool is_transaction(const std::string& action) { return action == "StartTransaction" || action == "StopTransaction"; }

/// Half of it is certain, so that chargers which lost their proxy together do not come back together.
std::chrono::milliseconds with_random_part(std::chrono::milliseconds longest) {
  static std::minstd_rand dice{std::random_device{}()};
  return longest / 2 + std::chrono::milliseconds(std::uniform_int_distribution<long>(0, longest.count() / 2)(dice));
}

json sampled(const char* measurand, const std::string& value, const char* unit) {
  return {{"value", value}, {"context", "Sample.Periodic"}, {"measurand", measurand}, {"unit", unit}};
}

/// What a charger says to commands of its CSMS: it does not follow them.
json answer_to(const std::string& action) {
  if (action == "GetConfiguration") return {{"configurationKey", json::array()}, {"unknownKey", json::array()}};
  if (action == "GetLocalListVersion") return {{"listVersion", 0}};
  return {{"status", "Accepted"}};
}

}  // namespace

Charger::Charger(boost::asio::io_context& io, ChargerOptions options, Plan plan, Tale& tale, Handlers handlers)
    : io_(io),
      options_(std::move(options)),
      plan_(std::move(plan)),
      tale_(tale),
      handlers_(std::move(handlers)),
      timer_(io),
      back_off_(options_.back_off_first) {}

void Charger::connect() {
  link_ = Link::open(io_, options_.target,
                     {[this] { on_opened(); }, [this](std::string_view bytes, bool text) { on_message(bytes, text); },
                      [this](const LinkEnd& end) { on_closed(end); }});
}

void Charger::begin() {
  begun_ = true;
  not_before_ = Clock::now();
  if (options_.call_interval > 0ns)
    not_before_ += with_random_part(std::chrono::duration_cast<std::chrono::milliseconds>(options_.call_interval));
  go_on();
}

void Charger::finish() {
  plan_.finish();
  begun_ = true;
  if (!open_ && !kept_ && connectors_.empty()) return end();
  go_on();
}

void Charger::on_opened() {
  open_ = true;
  ++connections_;
  back_off_ = options_.back_off_first;
  tale_.connected(teller());
  go_on();
}

void Charger::on_closed(const LinkEnd& end) {
  tale_.ended(teller(), end);
  open_ = false;
  link_.reset();
  if (ended_) return handlers_.ended();
  if (open_call_) give_up(std::exchange(open_call_, {})->call, "connection lost");
  wait(Clock::now() + with_random_part(back_off_), &Charger::connect);
  back_off_ = std::min(2 * back_off_, options_.back_off_longest);
}

void Charger::on_message(std::string_view bytes, bool text) {
  tale_.received(teller(), bytes, text);
  const auto message = text ? read_message(bytes) : std::nullopt;
  if (!message) return;
  message->type == OcppType::call ? on_call(*message) : on_answer(*message);
}

void Charger::on_call(const OcppMessage& message) { send(result_text(message.id, answer_to(message.action)), true); }

void Charger::on_answer(const OcppMessage& message) {
  if (!open_call_ || open_call_->id != message.id) return;  // of a call that was given up
  const OpenCall answered = *std::exchange(open_call_, {});
  timer_.cancel();
  if (message.type == OcppType::error) {
    give_up(answered.call, message.payload.dump());
    not_before_ = std::max(not_before_, Clock::now() + retry_after_refusal);
  } else {
    tale_.answered(answered.call.action, Clock::now() - answered.sent);
    take_answer(answered.call, message.payload);
  }
  go_on();
}

void Charger::on_answer_missing() {
  if (open_call_) give_up(std::exchange(open_call_, {})->call, "no answer in time");
  go_on();
}

void Charger::give_up(const Call& call, const std::string& why) { tale_.unanswered(teller(), call.action, why); }

/// Whatever is next, unless something is under way already.
void Charger::go_on() {
  if (!open_ || open_call_ || ended_) return;
  if (!booted_ && Clock::now() >= not_before_) return call(boot_call());
  if (!booted_) return wait(not_before_, &Charger::go_on);
  if (!begun_) return;
  if (Clock::now() >= heartbeat_due_) return call({"Heartbeat", json::object(), 0});
  if (Clock::now() < not_before_) return wait(std::min(not_before_, heartbeat_due_), &Charger::go_on);
  if (kept_) return call(*kept_);
  const auto step = plan_.next();
  step ? carry_out(*step) : end();
}

void Charger::carry_out(const Step& step) {
  switch (step.kind) {
    case StepKind::authorize:
      return call({"Authorize", {{"idTag", step.word}}, 0});
    case StepKind::start:
      return call(start_call(step));
    case StepKind::meter:
      return call(meter_call(step));
    case StepKind::stop:
      return call(stop_call(step));
    case StepKind::status:
      return call(status_call(step));
    case StepKind::heartbeat:
      return call({"Heartbeat", json::object(), 0});
    case StepKind::wait:
      not_before_ = Clock::now() + std::chrono::milliseconds(step.number);
      return go_on();
    case StepKind::text_frame:
    case StepKind::binary_frame:
      send(step.word, step.kind == StepKind::text_frame);
      return wait(Clock::now(), &Charger::go_on);
  }
}

void Charger::call(Call call) {
  if (is_transaction(call.action)) kept_ = call;
  const auto now = Clock::now();
  if (booted_ && options_.call_interval > 0ns) {
    not_before_ += std::chrono::duration_cast<Clock::duration>(options_.call_interval);
  }
  heartbeat_due_ = now + heartbeat_interval_;
  open_call_ = OpenCall{options_.id + "-" + std::to_string(connections_) + "-" + std::to_string(++calls_), call, now};
  wait(now + options_.answer_timeout, &Charger::on_answer_missing);
  send(call_text(open_call_->id, call.action, call.payload), true);
}

void Charger::send(std::string bytes, bool text) {
  tale_.sent(teller(), bytes, text);
  link_->send(std::move(bytes), text);
}

void Charger::take_answer(const Call& call, const json& answer) {
  if (call.action == "StartTransaction") return start_told(call, answer);
  if (call.action == "StopTransaction") return stop_told(call);
  if (call.action != "BootNotification") return;
  if (answer.value("status", "") != "Accepted") {
    not_before_ = Clock::now() + retry_after_refusal;
    return;
  }
  heartbeat_interval_ = std::chrono::seconds(std::max(1, answer.value("interval", 300)));
  heartbeat_due_ = Clock::now() + heartbeat_interval_;
  booted_ = true;
  handlers_.booted();
}

void Charger::start_told(const Call& call, const json& answer) {
  const auto number = answer.find("transactionId");
  if (number == answer.end() || !number->is_number_integer()) return;  // said again
  kept_.reset();
  connectors_[call.connector].transaction = number->get<std::int64_t>();
  tale_.told(teller(), {"session.started", call.connector, number->get<std::int64_t>(),
                        call.payload["meterStart"].get<std::int64_t>(), call.payload["timestamp"].get<std::string>()});
}

void Charger::stop_told(const Call& call) {
  kept_.reset();
  connectors_[call.connector].transaction.reset();
  tale_.told(teller(), {"session.ended", call.connector, call.payload["transactionId"].get<std::int64_t>(),
                        call.payload["meterStop"].get<std::int64_t>(), call.payload["timestamp"].get<std::string>()});
}

void Charger::wait(Clock::time_point until, void (Charger::*then)()) {
  timer_.expires_at(until);
  timer_.async_wait([this, then](boost::system::error_code cancelled) {
    if (!cancelled) (this->*then)();
  });
}

void Charger::end() {
  if (std::exchange(ended_, true)) return;
  timer_.cancel();
  link_&& open_ ? link_->close() : handlers_.ended();
}

Charger::Call Charger::boot_call() const {
  return {"BootNotification",
          {{"chargePointVendor", "Süd Strom"},
           {"chargePointModel", "Wallbox 22"},
           {"chargePointSerialNumber", options_.serial},
           {"firmwareVersion", "6.4.1"}},
          0};
}

Charger::Call Charger::status_call(const Step& step) const {
  return {"StatusNotification",
          {{"connectorId", step.connector}, {"errorCode", step.error}, {"status", step.word}, {"timestamp", utc_now()}},
          step.connector};
}

Charger::Call Charger::start_call(const Step& step) {
  Connector& connector = connectors_[step.connector];
  connector.card = step.word;
  return {"StartTransaction",
          {{"connectorId", step.connector},
           {"idTag", step.word},
           {"meterStart", connector.register_wh},
           {"timestamp", utc_now()}},
          step.connector};
}

Charger::Call Charger::meter_call(const Step& step) {
  Connector& connector = connectors_[step.connector];
  connector.register_wh += step.number;
  json payload = {{"connectorId", step.connector},
                  {"meterValue",
                   {{{"timestamp", utc_now()},
                     {"sampledValue",
                      {sampled("Energy.Active.Import.Register", std::to_string(connector.register_wh) + ".00", "Wh"),
                       sampled("Power.Active.Import", std::to_string(step.number * 12) + ".0", "W")}}}}}};
  if (connector.transaction) payload["transactionId"] = *connector.transaction;
  return {"MeterValues", std::move(payload), step.connector};
}

Charger::Call Charger::stop_call(const Step& step) {
  Connector& connector = connectors_[step.connector];
  json payload = {{"transactionId", connector.transaction.value_or(-1)},
                  {"idTag", connector.card},
                  {"meterStop", connector.register_wh},
                  {"timestamp", utc_now()}};
  if (!step.word.empty()) payload["reason"] = step.word;
  return {"StopTransaction", std::move(payload), step.connector};
}

}  // namespace chargehook::simulators
