/// A charger that charges: its transactions as OCPP 1.6 writes them, and what is told of its sessions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench.hpp"

namespace chargehook::ocpp::test {

struct Start {
  std::string id = "s1";
  int connector = 1;
  std::string card = "04AABB";
  int meter = 100;
  std::string time = "2026-11-24T06:00:00Z";
};
inline std::string call(const Start& start) {
  return Json::array({2,
                      start.id,
                      "StartTransaction",
                      {{"connectorId", start.connector},
                       {"idTag", start.card},
                       {"meterStart", start.meter},
                       {"timestamp", start.time}}})
      .dump();
}
inline std::string answer(const std::string& id, std::int64_t transaction, const std::string& status = "Accepted") {
  return Json::array({3, id, {{"transactionId", transaction}, {"idTagInfo", {{"status", status}}}}}).dump();
}
inline std::string stop(std::int64_t transaction, int meter = 600, const std::string& time = "2026-11-24T06:30:00Z",
                        const std::string& id = "s2") {
  return Json::array({2,
                      id,
                      "StopTransaction",
                      {{"transactionId", transaction},
                       {"meterStop", meter},
                       {"timestamp", time},
                       {"reason", "EVDisconnected"}}})
      .dump();
}
inline std::string status(int connector, const std::string& word) {
  return Json::array(
             {2, "n", "StatusNotification", {{"connectorId", connector}, {"status", word}, {"errorCode", "NoError"}}})
      .dump();
}

/// A bench with one charger connected; tells of sessions only.
struct Charging : Bench {
  explicit Charging(std::map<std::string, std::string> stored = {}) : Bench(std::move(stored)) {
    link = connect();
    told();
  }
  LinkId link{};

  void start(const Start& request, std::int64_t transaction) {
    charger(link, call(request));
    csms(link, answer(request.id, transaction));
  }
  std::vector<model::Event> sessions_told() {
    auto all = told();
    std::erase_if(all, [](const model::Event& event) { return !event.type.starts_with("session."); });
    return all;
  }
};

inline Json data(const model::Event& event) { return Json::parse(event.data); }

}  // namespace chargehook::ocpp::test
