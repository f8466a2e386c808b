/// A sound story, its judges, and the store after it: what tests of the judge plant faults in.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "judge/delivery_judge.hpp"
#include "judge/store_judge.hpp"

namespace chargehook::simulation {

inline const std::string stream = "00000000000000ab/billing/billing/1";

/// What the gateway would send as the n-th of the stream.
struct Sent {
  std::uint64_t n = 0;
  std::uint64_t sequence = 0;
  std::string id;
  std::string key;
  std::string reference;
  Link link{};
  Link before{};

  [[nodiscard]] std::string body() const {
    return R"({"id":")" + id + R"(","type":"io.chargehook.payment.completed","subject":")" + key +
           R"(","time":"t","recordedtime":"t","partitionkey":")" + key + R"(","eventclass":"billing","stream":")" +
           stream + R"(","sequence":")" + std::to_string(sequence) + R"(","n":")" + std::to_string(n) +
           R"(","hash":")" + sent_form(link) + R"(","prevhash":")" + sent_form(before) + R"(","data":{"reference":")" +
           reference + "\"}}";
  }
};

/// Four payments of two terminals, each delivered once.
inline std::vector<Sent> story() {
  std::vector<Sent> all;
  Link before = first_link(stream);
  for (std::uint64_t n = 1; n <= 4; ++n) {
    const std::string id = "evt_" + std::to_string(n);
    const Link link = next_link(before, n, id);
    all.push_back(
        {n, 100 + n, id, n % 2 == 0 ? "terminal/T-2" : "terminal/T-1", "pay-" + std::to_string(n), link, before});
    before = link;
  }
  return all;
}

class Court {
 public:
  explicit Court(HeldFiles* held = nullptr) : deliveries{{{"billing", {"payment."}}}, complaints, held} {
    for (const auto& sent : story()) {
      deliveries.offered(sent.reference, "payment.completed", "{\"reference\":\"" + sent.reference + "\"}");
      deliveries.accepted(sent.reference, sent.id, sent.sequence);
    }
  }

  std::uint64_t start(const Sent& sent) {
    deliveries.attempt_started(++attempts_, "billing", sent.body());
    return attempts_;
  }
  void deliver(const Sent& sent) {
    const auto attempt = start(sent);
    deliveries.attempt_taken(attempt);
    deliveries.attempt_ended(attempt, true);
  }
  [[nodiscard]] bool heard(const std::string& words) const {
    return std::ranges::any_of(complaints.kept(),
                               [&](const auto& complaint) { return complaint.find(words) != std::string::npos; });
  }

  Complaints complaints;
  DeliveryJudge deliveries;

 private:
  std::uint64_t attempts_ = 0;
};

/// The store after that story: all delivered, the cursor behind n 4.
inline StoreSnapshot sound_store() {
  StoreSnapshot store;
  store.store_id = 0xab;
  store.next_sequence = 105;
  store.boots[1] = {};
  store.types[1] = "payment.completed";
  store.kv["config/endpoints/billing"] = "1";
  for (const auto& sent : story()) store.logs[0].push_back({sent.sequence, sent.n, 1, 1, sent.id, sent.key, sent.key});
  for (const auto& sent : story()) store.ids.push_back({20'786, hash_of_text(sent.id), sent.sequence});
  store.streams.push_back({1, 0, 1, false, 0, 104, 4, story().back().link, "payment.*"});
  return store;
}

}  // namespace chargehook::simulation
