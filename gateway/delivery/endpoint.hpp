/// One endpoint in use: its streams by class, its health, and which delivery it sends next.
/// Owner: Streams. One thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "delivery/attempts_under_way.hpp"
#include "delivery/class_turns.hpp"
#include "delivery/endpoint_health.hpp"
#include "delivery/stream.hpp"
#include "delivery/streams.hpp"

namespace chargehook::delivery {

/// What all endpoints share while they start attempts.
struct Dispatch {
  const model::Now& now;
  const Sender& sender;
  const model::BootClocks& clocks;
  AttemptsUnderWay& attempts;
  Random& random;
  DeliveryOutputs& out;
  SendGate gate;
  bool is_stopped;
};

class Endpoint {
 public:
  Endpoint(EndpointConfig config, std::uint32_t number);

  /// Another configuration of the same endpoint. A changed destination makes what is under way to the old one void, and
  /// it goes out again; a changed destination or key makes the health unknown.
  void reconfigure(EndpointConfig config, AttemptsUnderWay& attempts);

  /// Puts a stream in the place of its class; what the one before had loaded is forgotten.
  /// @param waits_for_commit its row is not stored yet, so nothing of it may be sent
  void set_stream(Stream stream, bool waits_for_commit);
  void clear_stream(model::EventClass event_class) { streams_[model::index_of(event_class)].reset(); }
  [[nodiscard]] Stream* stream_of(model::EventClass event_class);
  [[nodiscard]] const Stream* stream_of(model::EventClass event_class) const;

  /// All rows are stored.
  void rows_committed() { waits_for_commit_.fill(false); }

  /// One attempt of this endpoint has ended.
  void attempt_done(const UnderWay& attempt, const AttemptResult& result, const Dispatch& dispatch);

  /// Asks for reads and starts attempts, as far as it may now.
  void advance(const Dispatch& dispatch);

  /// When `advance` is wanted, if nothing else happens before.
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

  [[nodiscard]] EndpointStatus status() const;
  [[nodiscard]] const std::string& name() const { return config_.name; }

 private:
  using EventClass = model::EventClass;

  [[nodiscard]] int under_way_limit() const;
  [[nodiscard]] bool may_start(const Stream& stream) const;
  [[nodiscard]] Stream* next_in_turn();
  [[nodiscard]] Stream* oldest_first();
  void note_time(const AttemptResult& result, DeliveryOutputs& out) const;
  void start_one(Stream& stream, const Dispatch& dispatch);
  void judge_delivery(Stream& stream, const UnderWay& attempt, const Outcome& outcome, const Dispatch& dispatch);
  void note_refusal(const Item& item, const std::string& reason, DeliveryOutputs& out);
  void take_outcome(Stream& stream, const UnderWay& attempt, const Outcome& outcome, const Dispatch& dispatch);

  EndpointConfig config_;
  std::uint32_t number_;
  std::optional<Signer> signer_;
  std::array<std::optional<Stream>, model::event_class_count> streams_;
  std::array<bool, model::event_class_count> waits_for_commit_{};
  EndpointHealth health_;
  ClassTurns turns_;
  int under_way_ = 0;
  bool answers_quickly_ = true;
  bool waits_for_clock_ = false;  ///< as far as the last `advance` knew
  std::uint64_t delivered_ = 0;
  std::uint64_t failed_attempts_ = 0;
  std::uint64_t refused_events_ = 0;
  std::string last_refusal_;
  std::string last_failure_;
};

}  // namespace chargehook::delivery
