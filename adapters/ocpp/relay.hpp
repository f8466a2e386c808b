/// What becomes of a message: it goes on byte for byte, and what it means becomes an entry for the journal. Holds back
/// only the CSMS's answers to StartTransaction and StopTransaction. Pure; core thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ocpp/counters.hpp"
#include "ocpp/link.hpp"
#include "ocpp/ocpp_config.hpp"

namespace chargehook::ocpp {

class Relay {
 public:
  void configure(const OcppConfig& config);

  void from_charger(const model::Now& now, Link& link, MessageArrived arrived, Outputs& out);
  void from_upstream(const model::Now& now, Link& link, MessageArrived arrived, Outputs& out);

  /// Tells whether the next message from upstream may pass at once, if that has changed. Behind the Sends it is about.
  static void tell_passing(Link& link, Outputs& out);

  /// The entry is durable. @return the link that may hold an answer for it; LinkId{} if the token is not known
  LinkId settle(HoldToken token);
  /// What `link` holds for the entry goes on.
  void durable(HoldToken token, Link& link, Outputs& out);

  /// While the journal refuses nothing is held; what is held goes on (call `release_all` for each link).
  void set_refusing(bool refusing) { refusing_ = refusing; }
  void release_all(Link& link, Outputs& out);

  /// Ends the holds whose time has come.
  void expire(model::BootTime now, Link& link, Outputs& out);

  /// An entry of what was derived and of the station's changed state; nothing if there is neither.
  void put_entry(Station& station, Derived derived, HoldToken token, Outputs& out);

  [[nodiscard]] const Counters& counters() const { return counters_; }
  Counters& counters() { return counters_; }

 private:
  void look_at_call(const model::Now& now, Link& link, const struct Frame& frame, const Message& message, Outputs& out);
  HoldToken look_at_answer(const model::Now& now, Link& link, const struct Frame& frame, const Message& message,
                           Outputs& out);
  static void note_told_time(const Link& link, const OpenCall& call, const Message& message, Outputs& out);
  HoldToken next_token(const Link& link);
  void send_to_charger(Link& link, std::vector<Message> messages, Outputs& out);

  std::chrono::milliseconds hold_longest_{2000};
  std::chrono::seconds start_answer_wait_{60};
  bool refusing_ = false;
  std::uint64_t last_token_ = 0;
  std::map<HoldToken, LinkId> not_durable_;  // entries that an answer on this link may have to wait for
  Counters counters_;
};

}  // namespace chargehook::ocpp
