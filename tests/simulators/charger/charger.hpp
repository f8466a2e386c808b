/// One charger of OCPP 1.6J. One call is open at a time. What starts or stops a transaction is said again, with the
/// same content and another message id, until it is answered, over as many connections as that takes; any other call
/// whose answer does not come is given up. One thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "charger/link.hpp"
#include "charger/plan.hpp"
#include "charger/tale.hpp"
#include "common/ocpp_message.hpp"

namespace chargehook::simulators {

struct ChargerOptions {
  std::string id;
  LinkTarget target;
  std::string serial;
  std::chrono::milliseconds answer_timeout{30'000};
  std::chrono::milliseconds back_off_first{100};  ///< doubles up to the longest, with a random part
  std::chrono::milliseconds back_off_longest{5'000};
  std::chrono::nanoseconds call_interval{0};  ///< 0: as fast as answers come
};

class Charger {
 public:
  struct Handlers {
    std::function<void()> booted;  ///< the first time; the plan begins with `begin`
    std::function<void()> ended;   ///< all is done and answered; once
  };
  Charger(boost::asio::io_context& io, ChargerOptions options, Plan plan, Tale& tale, Handlers handlers);

  void connect();
  void begin();
  /// No new session; ends once the open one is over.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  struct Call {
    std::string action;
    nlohmann::json payload;
    int connector = 0;
  };
  struct OpenCall {
    std::string id;
    Call call;
    Clock::time_point sent;
  };
  struct Connector {
    std::int64_t register_wh = 0;
    std::optional<std::int64_t> transaction;
    std::string card;
  };

  void on_opened();
  void on_message(std::string_view bytes, bool text);
  void on_closed(const LinkEnd& end);
  void on_answer(const OcppMessage& message);
  void on_call(const OcppMessage& message);
  void on_answer_missing();

  void go_on();
  void carry_out(const Step& step);
  void call(Call call);
  void send(std::string bytes, bool text);
  void take_answer(const Call& call, const nlohmann::json& answer);
  void start_told(const Call& call, const nlohmann::json& answer);
  void stop_told(const Call& call);
  void give_up(const Call& call, const std::string& why);
  void wait(Clock::time_point until, void (Charger::*then)());
  void end();

  [[nodiscard]] Call boot_call() const;
  [[nodiscard]] Call status_call(const Step& step) const;
  [[nodiscard]] Call start_call(const Step& step);
  [[nodiscard]] Call stop_call(const Step& step);
  [[nodiscard]] Call meter_call(const Step& step);
  [[nodiscard]] Teller teller() const { return {options_.id, connections_}; }

  boost::asio::io_context& io_;
  ChargerOptions options_;
  Plan plan_;
  Tale& tale_;
  Handlers handlers_;
  boost::asio::steady_timer timer_;  // of whatever is waited for: there is only one such thing at a time
  std::shared_ptr<Link> link_;
  std::optional<OpenCall> open_call_;
  std::optional<Call> kept_;  // a start or stop that is not answered yet
  std::map<int, Connector> connectors_;
  std::uint64_t connections_ = 0;
  std::uint64_t calls_ = 0;
  std::chrono::milliseconds back_off_;
  std::chrono::seconds heartbeat_interval_{300};
  Clock::time_point heartbeat_due_;
  Clock::time_point not_before_;  // the next step
  bool open_ = false;
  bool booted_ = false;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace chargehook::simulators
