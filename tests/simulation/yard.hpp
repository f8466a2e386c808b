/// The chargers, their CSMS, and the sockets between them and the gateway. Connections are cut on both sides, the CSMS
/// refuses and is slow. Owner: World. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "charger.hpp"
#include "core/input.hpp"
#include "faults.hpp"
#include "judge/delivery_judge.hpp"
#include "judge/relay_judge.hpp"
#include "ocpp/exchange.hpp"
#include "random.hpp"
#include "schedule.hpp"

namespace chargehook::simulation {

struct YardSetting {
  int chargers = 2;
  Moment pause_max{0};       ///< between two acts of a charger
  unsigned cut = 0;          ///< per mille of frames: a connection is cut
  bool store_fills = false;  ///< a full journal holds no answer back: then an answer promises nothing
};

class Yard {
 public:
  using Give = std::function<bool(core::Input)>;

  Yard(Schedule& schedule, Random& random, FaultCounts& faults, DeliveryJudge& judge, RelayJudge& relay,
       YardSetting setting, Give give);

  void start();
  void carry_out(const ocpp::Command& command);
  void run_ended();

  /// The journal's state as the log tells it: while it is not written, nobody promises that an answer means stored.
  void journal_is_well(bool well) { journal_is_well_ = well; }

  void finish();
  [[nodiscard]] bool is_done() const;

 private:
  struct Place {
    Charger charger;
    std::uint64_t link = 0;  ///< 0: not connected
    bool accepted = false;
    bool passes_on = false;  ///< what the CSMS sends goes on before the core has seen it, as io::Gate does
    std::uint64_t wait = 0;  ///< counts; a timer of an earlier answer or connection is void
  };

  void connect(std::size_t place, Moment wait);
  void act(std::size_t place);
  void send(std::size_t place);
  void to_charger(std::uint64_t link, const std::string& frame);
  void to_csms(std::uint64_t link, const std::string& frame);
  [[nodiscard]] std::string answer_of(const std::string& charger, const std::string& frame);
  void answer(std::uint64_t link, std::string frame);
  void cut(std::size_t place);
  void close(std::uint64_t link, ocpp::Side side);
  void promise(const Place& place, const Charger::Call& call, const std::string& frame);
  [[nodiscard]] std::string wall() const;
  [[nodiscard]] Place* find(std::uint64_t link);

  Schedule& schedule_;
  Random& random_;
  FaultCounts& faults_;
  DeliveryJudge& judge_;
  RelayJudge& relay_;
  YardSetting setting_;
  Give give_;
  std::vector<Place> places_;
  std::uint64_t next_link_ = 1;
  std::map<std::string, std::string> transactions_;  ///< of the CSMS: number by charger and request
  std::map<std::string, Moment> answered_;           ///< when the CSMS's answer reached the gateway, by frame
  bool journal_is_well_ = true;
  bool finished_ = false;
};

}  // namespace chargehook::simulation
