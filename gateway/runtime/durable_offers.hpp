/// Hands events to the core whose source is told when they are on disk, and hands those again that the core refuses for
/// the moment. Lives longer than any one source: what a source no longer repeats, because it was acknowledged for lack
/// of time, is stored all the same. One thread (the core's).
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/answers.hpp"
#include "runtime/core_loop.hpp"

namespace chargehook::runtime {

/// Bounds of what waits in memory. What comes beyond is not offered: whoever handed it in is not answered.
struct OfferLimits {
  std::size_t events = 10'000;
  std::size_t bytes = std::size_t{16} << 20;
  std::chrono::milliseconds again_after{1000};  ///< what was refused for the moment is offered again
};

class DurableOffers {
 public:
  /// Called once, when nothing is left to do for the event: it is on disk, or can never be taken.
  using Acknowledge = std::function<void()>;

  /// Since the start.
  struct Counters {
    std::uint64_t stored = 0;
    std::uint64_t put_off = 0;     ///< refusals "later"; one event may be refused often
    std::uint64_t refused = 0;     ///< for good, and acknowledged
    std::uint64_t left_out = 0;    ///< not offered: too much waited
    std::uint64_t came_again = 0;  ///< while the same event still waited: stored once, acknowledged to both
  };

  DurableOffers(boost::asio::io_context& io, CoreLoop& loop, Answers& answers, OfferLimits limits = {});

  /// Events of one device keep their order. The same event again, while the first waits, joins it.
  /// @param source for the log: "broker local"
  void offer(model::Event event, std::string source, Acknowledge acknowledge);

  /// Offered and not on disk.
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  [[nodiscard]] const Counters& counters() const { return counters_; }

  /// Nothing is offered any more. @return how many were never stored
  std::size_t close();

 private:
  enum class State : std::uint8_t { offered, put_off };
  struct Waiting {
    model::Event event;
    std::string source;
    std::vector<Acknowledge> acknowledge;
    State state = State::offered;
  };
  using Number = std::uint64_t;  ///< in the order of arrival

  [[nodiscard]] Waiting* find_same(const model::Event& event);
  void present(Number number);
  void take_answer(Number number, const core::Release& release);
  void put_off(Waiting& waiting, const core::Refused& refused);
  void end(Number number);
  void present_again();
  void arm();
  void set_state(Waiting& waiting, State state);
  [[nodiscard]] bool has_room(const model::Event& event) const;

  CoreLoop& loop_;
  Answers& answers_;
  OfferLimits limits_;
  boost::asio::steady_timer timer_;
  bool is_armed_ = false;
  bool is_closed_ = false;
  std::map<Number, Waiting> waiting_;
  std::unordered_map<std::string, Number> by_id_;                ///< of the event; the newest with it
  std::unordered_map<std::string, std::size_t> put_off_by_key_;  ///< how many of each partition key are put off
  std::size_t bytes_ = 0;                                        ///< of the data in waiting_
  Number next_ = 1;
  Counters counters_;
};

}  // namespace chargehook::runtime
