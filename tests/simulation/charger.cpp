#include "charger.hpp"

namespace chargehook::simulation {

std::string member_of(const std::string& frame, const std::string& name) {
  const std::string lead = "\"" + name + "\":";
  const auto found = frame.find(lead);
  if (found == std::string::npos) return {};
  auto from = found + lead.size();
  const bool quoted = frame[from] == '"';
  if (quoted) ++from;
  return frame.substr(from, frame.find_first_of(quoted ? "\"" : ",}", from) - from);
}

void Charger::act(Random& random, const std::string& wall) {
  if (!queue_.empty()) return;
  if (session_ == Session::none) return start(random, wall);
  if (session_ == Session::running) stop(wall);
}

void Charger::start(Random& random, const std::string& wall) {
  session_ = Session::starting;
  queue_.push_back({"StatusNotification", R"({"connectorId":1,"errorCode":"NoError","status":"Preparing"})"});
  queue_.push_back({"StartTransaction", R"({"connectorId":1,"idTag":"CARD)" + std::to_string(random.between(1, 5)) +
                                            R"(","meterStart":)" + std::to_string(meter_wh_) + R"(,"timestamp":")" +
                                            wall + "\"}"});
  meter_wh_ += random.between(10, 5000);
}

void Charger::stop(const std::string& wall) {
  session_ = Session::stopping;
  queue_.push_back({"StopTransaction", R"({"transactionId":)" + transaction_ + R"(,"meterStop":)" +
                                           std::to_string(meter_wh_) + R"(,"timestamp":")" + wall +
                                           R"(","reason":"Local"})"});
}

void Charger::finish(const std::string& wall) {
  if (queue_.empty() && session_ == Session::running) stop(wall);
}

void Charger::connected() {
  waiting_for_.clear();
  queue_.push_front({"BootNotification", R"({"chargePointVendor":"Simulation","chargePointModel":"One"})"});
}

std::optional<std::string> Charger::next_frame() {
  if (queue_.empty() || !waiting_for_.empty()) return std::nullopt;
  waiting_for_ = id_ + "-" + std::to_string(++messages_);
  return "[2,\"" + waiting_for_ + "\",\"" + queue_.front().action + "\"," + queue_.front().payload + "]";
}

std::optional<Charger::Call> Charger::answered(const std::string& frame) {
  if (waiting_for_.empty() || !frame.starts_with("[3,\"" + waiting_for_ + "\"")) return std::nullopt;
  Call call = std::move(queue_.front());
  queue_.pop_front();
  waiting_for_.clear();
  if (call.action == "StartTransaction") {
    transaction_ = member_of(frame, "transactionId");
    session_ = Session::running;
  }
  if (call.action == "StopTransaction") session_ = Session::none;
  return call;
}

void Charger::give_up() {
  waiting_for_.clear();
  std::erase_if(queue_, [](const Call& call) { return !call.is_kept(); });
}

}  // namespace chargehook::simulation
