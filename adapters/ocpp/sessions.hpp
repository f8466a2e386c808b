/// The OCPP proxy's decisions: who may connect, what is relayed, what waits, and what it means. A step function like
/// the core that owns it: same inputs, same outputs; no clock, no socket. One thread calls it. Limits: ocpp_config.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "model/site.hpp"
#include "ocpp/admission.hpp"
#include "ocpp/counters.hpp"
#include "ocpp/exchange.hpp"
#include "ocpp/link.hpp"
#include "ocpp/ocpp_config.hpp"
#include "ocpp/relay.hpp"
#include "ocpp/station.hpp"

namespace chargehook::ocpp {

class Sessions {
 public:
  /// @param stored   values of the store under "ocpp/"; other keys are ignored
  /// @param store_id of the journal: part of every natural key made of our own counters
  Sessions(std::shared_ptr<const OcppConfig> config, const model::Site& site, std::uint64_t store_id,
           const std::map<std::string, std::string>& stored);

  /// Takes another configuration into use for chargers that connect from now on; connected ones stay.
  void configure(std::shared_ptr<const OcppConfig> config, const model::Site& site);

  /// Takes one input and appends what has to be done to `out`. Never blocks, never throws. Inputs of links that are
  /// gone are passed over.
  void step(const model::Now& now, Input input, Outputs& out);

  /// When `step` wants a TimerDue. Early ones are harmless.
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

  [[nodiscard]] const Counters& counters() const { return relay_.counters(); }

  /// Whether the charger is connected through to its upstream.
  [[nodiscard]] bool is_connected(const std::string& charger_id) const;
  [[nodiscard]] std::size_t connected_chargers() const;

 private:
  void on(const model::Now& now, ChargerArrived input, Outputs& out);
  void on(const model::Now& now, UpstreamAccepted input, Outputs& out);
  void on(const model::Now& now, UpstreamRefused input, Outputs& out);
  void on(const model::Now& now, MessageArrived input, Outputs& out);
  void on(const model::Now& now, SideClosed input, Outputs& out);
  void on(const model::Now& now, EntryDurable input, Outputs& out);
  void on(const model::Now& now, JournalState input, Outputs& out);
  void on(const model::Now& now, TimerDue input, Outputs& out);
  void on(const model::Now& now, Stop input, Outputs& out);

  void dial(const model::Now& now, const ChargerArrived& input, const Admission& admission, Outputs& out);
  void refuse(Link& link, int status, std::string reason, Outputs& out);  ///< and forgets the link
  void open_link(const model::Now& now, Link& link, Outputs& out);
  Station& station_for(const std::string& identity);
  void tell_end(const model::Now& now, Link& link, const char* reason, std::uint16_t code, Outputs& out);
  void end_link(const model::Now& now, Link& link, const char* reason, std::uint16_t code, Outputs& out);
  void forget_if_drained(Link& link, Outputs& out);
  void go_on(Link& link, Outputs& out);  ///< after whatever may have moved it; may forget it
  void on_due(const model::Now& now, Link& link, Outputs& out);
  void tell_unanswered_starts(const model::Now& now, Outputs& out);
  void watch(Link& link);
  void watch(Station& station);
  [[nodiscard]] Link* find(LinkId id);
  [[nodiscard]] std::vector<LinkId> all_links() const;

  struct Deadline {
    model::BootTime at;
    LinkId link{};
    bool operator>(const Deadline& other) const { return at > other.at; }
  };

  std::shared_ptr<const OcppConfig> config_;
  Surroundings around_;
  std::map<std::string, Station> stations_;  // by name; at most `chargers_max` beside the configured ones
  std::map<LinkId, Link> links_;
  std::map<std::string, LinkId> open_;  // by name of the station: its link that is connected through
  std::priority_queue<Deadline, std::vector<Deadline>, std::greater<>> deadlines_;
  Relay relay_;
  bool stopping_ = false;
};

}  // namespace chargehook::ocpp
