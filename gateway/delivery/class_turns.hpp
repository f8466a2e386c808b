/// Whose turn it is when several classes of one endpoint have something to send: the urgent ones nearly always, but
/// never to the ruin of the others. Owner: its endpoint. One thread.
#pragma once

#include <array>
#include <cstddef>

#include "model/event.hpp"

namespace chargehook::delivery {

class ClassTurns {
 public:
  using Order = std::array<model::EventClass, model::event_class_count>;

  /// In which order the classes are asked for the next delivery.
  [[nodiscard]] const Order& order() const { return turns[turn_]; }

  /// One delivery was started.
  void next() { turn_ = (turn_ + 1) % turns.size(); }

 private:
  using enum model::EventClass;

  /// While all four have a backlog: safety and billing three of eight each, state and telemetry one of eight each.
  /// A class alone gets all.
  static constexpr std::array<Order, 8> turns{{{safety, billing, state, telemetry},
                                               {billing, safety, state, telemetry},
                                               {safety, billing, state, telemetry},
                                               {state, safety, billing, telemetry},
                                               {billing, safety, state, telemetry},
                                               {safety, billing, state, telemetry},
                                               {billing, safety, state, telemetry},
                                               {telemetry, safety, billing, state}}};

  std::size_t turn_ = 0;
};

}  // namespace chargehook::delivery
