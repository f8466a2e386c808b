/// All endpoints, their streams, what is under way and what waits. Decides what is sent when; touches nothing.
/// Owner: core. One thread. Every call takes the moment it happens in; what has to be done is appended to `out`.
///
/// Order: within a stream, events of one partition key go one after the other; different keys go side by side.
/// An endpoint that fails is left alone until its back-off ends and is then tried with one attempt; an event that is
/// refused for its content holds back its own key only.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "delivery/attempt.hpp"
#include "delivery/endpoint_config.hpp"
#include "delivery/outcome.hpp"
#include "delivery/random.hpp"
#include "delivery/render.hpp"
#include "delivery/send_gate.hpp"
#include "model/boot_clocks.hpp"
#include "model/chain_point.hpp"
#include "model/clock.hpp"
#include "model/pend.hpp"
#include "model/stream.hpp"
#include "model/stream_gap.hpp"

namespace chargehook::delivery {

/// What delivery needs to know of a journaled event. The journal's record stays shared behind it.
struct Item {
  std::shared_ptr<const model::Event> event;
  model::Sequence sequence = 0;
  model::Stamp stamp;
};

/// What a stream that gave up has become, and what it lost.
struct StreamGivenUp {
  model::StreamRow row;                    ///< for the commit that deletes the records
  std::vector<model::PendPut> pend;        ///< for the same
  std::vector<model::ChainPoint> points;   ///< for the same
  std::string endpoint;                    ///< name
  std::string name;                        ///< stream_name()
  std::optional<model::StreamGap> gap;     ///< nothing: it lost nothing
  std::vector<model::Sequence> lost_gaps;  ///< events that told of earlier gaps and went undelivered
};

/// What a stream does not get because it cannot be read.
struct StreamHit {
  model::StreamId stream;
  std::vector<model::Sequence> sequences;  ///< rising, not empty
};

/// Wants the records of a class above a sequence, for one stream; or the one record behind it, for a delivery that is
/// pending.
struct WantRecords {
  model::StreamId stream;
  model::Sequence after = 0;
  std::uint32_t room = 0;       ///< so many can be taken if all match; what is read beyond is read again later
  std::uint64_t pending_n = 0;  ///< of the pending delivery; 0: for the stream itself
};

/// An endpoint has begun to fail or delivers again; said once per change.
struct EndpointChange {
  std::string endpoint;
  bool failing = false;
  std::string reason;  ///< in words, when it fails
};

/// An endpoint refuses an event for its content; said once per event. It is tried again, and later ones of its device
/// wait behind it.
struct EventRefused {
  std::string endpoint;
  std::string event_id;
  std::string partition_key;
  std::string reason;
};

/// A receiver said in an answer over TLS what time it is.
struct TimeTold {
  model::WallTime time;
};

struct DeliveryOutputs {
  std::vector<AttemptRequest> attempts;
  std::array<model::Sequence, model::event_class_count> sent_unknown{};  ///< newest whose time went out unknown
  std::optional<TimeTold> told;                                          ///< the newest
  std::vector<WantRecords> reads;
  std::vector<EndpointChange> changes;
  std::vector<EventRefused> refused;
};

struct EndpointStatus {
  std::string name;
  std::uint64_t delivered = 0;        ///< since start
  std::uint64_t failed_attempts = 0;  ///< since start
  int failures_in_a_row = 0;
  std::uint64_t refused_events = 0;             ///< since start: refused for their content, each counted once
  std::string last_refusal;                     ///< the newest of them, in words
  std::string last_failure;                     ///< in words, empty when the last attempt succeeded
  std::optional<model::BootTime> next_attempt;  ///< while it backs off
  std::array<std::uint64_t, model::event_class_count> undelivered_at_least{};  ///< loaded or pending, by class
  std::array<std::uint64_t, model::event_class_count> pending{};  ///< passed by the cursor, and not done, by class
  std::optional<model::BootTime> next_pending;                    ///< when the first of these is tried again
  bool waits_for_clock = false;  ///< what it signs would name a time that cannot be right
  bool more_waits = false;       ///< behind those: records that have not been looked at yet
};

class Streams {
 public:
  Streams(std::uint64_t store_id, Sender sender, std::uint64_t seed);
  ~Streams();

  /// Takes a set of endpoints into use: streams begin for new ones at `end` (their class's last sequence), a changed
  /// filter closes the old stream and opens the next generation at its cursor, or before what is pending below it; a
  /// removed endpoint's streams are closed.
  /// Attempts under way to a removed endpoint or a changed URL no longer count; what went to a changed URL goes out
  /// again. Wants a `tick` afterwards, as next_deadline says.
  /// @param numbers the number of each endpoint's name; none may be missing
  /// @param end     the last durable sequence of each class
  /// @return what to commit. Unless empty, the streams that begin are silent until `rows_committed`; others go on
  model::StreamChanges configure(std::vector<EndpointConfig> endpoints,
                                 const std::map<std::string, std::uint32_t>& numbers,
                                 const std::array<model::Sequence, model::event_class_count>& end, Sender sender);

  /// The rows that a `configure` returned are durable: called once for each that returned any, in their order.
  void rows_committed(const model::Now& now, DeliveryOutputs& out);

  /// Streams as stored, before the first `configure`. Closed ones too: their generations are used up.
  /// @param pend what their cursors have passed although it is not done, by stream and n
  /// @param lost_rows some may be missing: streams of the first `configure` that are not among them begin with the
  ///                  oldest record there is, and not at the end
  /// @return how many rows of `pend` belong to no open stream; the first `configure` deletes them
  std::size_t restore(std::vector<model::StreamRow> rows, std::vector<model::PendRow> pend, bool lost_rows = false);

  /// Events of one class that have just become durable, in order; `last` ≥ the last of them.
  void committed(const model::Now& now, model::EventClass event_class, const std::vector<Item>& items,
                 model::Sequence last, DeliveryOutputs& out);

  /// Answer to a WantRecords of a stream: what lies above `after`, up to `last` (all up to there was looked at).
  void records_read(const model::Now& now, const model::StreamId& stream, const std::vector<Item>& items,
                    model::Sequence last, DeliveryOutputs& out);

  /// Answer to a WantRecords of a pending delivery. @param item nothing: it cannot be read, and will never be sent
  void pending_read(const model::Now& now, const model::StreamId& stream, std::uint64_t n, const Item* item,
                    DeliveryOutputs& out);

  /// Streams in use of a class to which records are still to go, by cursor or as pending, each with those of them.
  /// @param damaged rising
  [[nodiscard]] std::vector<StreamHit> hit_by(model::EventClass event_class,
                                              const std::vector<model::Sequence>& damaged) const;

  void attempt_done(const model::Now& now, const AttemptResult& result, DeliveryOutputs& out);

  /// What is known of the time: what times events are sent with, and what may be sent. Until the first call nothing is
  /// corrected and all may be sent.
  void follow_clock(const model::Now& now, const model::BootClocks& clocks, SendGate gate, DeliveryOutputs& out);

  /// Whether the store has room for more of what cursors pass although it is not done. Where not, a stream whose next
  /// event would belong there waits. Wants a `tick` when there is room again.
  void may_pend(bool may);

  /// Starts what has become due by `now`.
  void tick(const model::Now& now, DeliveryOutputs& out);

  /// When `tick` is wanted; nothing if only outside inputs can move it.
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

  /// Rows whose cursor moved since the last call, with the points of the chain that it passed, and what became of what
  /// is pending; they ride in the next batch.
  [[nodiscard]] model::StreamChanges take_changed_rows();

  /// Whether they are worth a commit: something was delivered or refused, or a thousand records were passed over.
  [[nodiscard]] bool has_changed_rows() const;

  /// No record of the class up to this one is wanted any more by an open stream: the trim's limit. It follows a
  /// delivery only after take_changed_rows has given its row, so a trim in the same batch as these rows, or a later
  /// one, never takes a record whose number a restart would have to derive again.
  /// Nothing wanted at all: the highest sequence there is.
  [[nodiscard]] model::Sequence delivered_floor(model::EventClass event_class) const;

  /// Whether records may be taken from streams: the set of endpoints is known and the rows of all are durable.
  [[nodiscard]] bool may_give_up() const;

  /// Of the class nothing up to `up_to` starts any more; 0 lets all go again.
  /// @return whether none of it is under way either, so that give_up may follow
  bool hold_up_to(model::EventClass event_class, model::Sequence up_to);

  /// Every stream of the class that has not come so far passes all up to `up_to`. Its row has to be durable in the
  /// commit that deletes the records. One that has, but whose row was not handed out yet, is among them. Those that
  /// lose something start nothing before hold_up_to(event_class, 0), which is called when that commit is durable.
  /// @param passed all records of the class above delivered_floor and up to `up_to`; their data may be left out
  [[nodiscard]] std::vector<StreamGivenUp> give_up(model::EventClass event_class, const std::vector<Item>& passed,
                                                   model::Sequence up_to);

  /// Nothing is sent while a stop is under way; attempts under way may still end.
  void stop();

  [[nodiscard]] std::vector<EndpointStatus> status() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chargehook::delivery
