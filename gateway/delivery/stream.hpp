/// One class of events for one endpoint: its cursor, what lies loaded beyond it, and what it still has to read.
/// Numbers and links follow from the log order of what its stored filter matches. Owner: its endpoint. One thread.
///
/// Records come on two ways. A stream that has looked at all there is takes fresh ones straight from the commit; one
/// that lags asks for a read, one at a time. At most `window` deliveries and about `bytes_max` of data are loaded; what
/// does not fit is read later. An event that is held back for its content would bound that: then it moves to `Pending`
/// with the later ones of its partition key, and the cursor passes them. Only where that is full the stream waits.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "delivery/key_order.hpp"
#include "delivery/pending.hpp"
#include "delivery/selection.hpp"
#include "delivery/streams.hpp"
#include "model/chain_point.hpp"
#include "model/stream.hpp"
#include "model/stream_gap.hpp"

namespace chargehook::delivery {

class Stream {
 public:
  static constexpr std::size_t window = KeyOrder::window;
  static constexpr std::size_t bytes_max = std::size_t{256} * 1024;

  /// @param row  as stored, or as about to be
  /// @param name stream_name()
  /// @param endpoint its name
  /// @param end      last durable sequence of the class
  /// @param pend     what the cursor has passed although it is not done, by n
  Stream(model::StreamRow row, std::string name, std::string_view endpoint, model::Sequence end,
         const std::vector<model::PendRow>& pend = {});

  [[nodiscard]] const model::StreamRow& row() const { return row_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] model::Sequence end() const { return end_; }
  [[nodiscard]] std::size_t loaded() const { return loaded_.size(); }
  [[nodiscard]] const Pending& pending() const { return pending_; }
  /// As far as it has been looked at.
  [[nodiscard]] std::size_t undelivered() const;
  /// Nothing waits behind what is loaded.
  [[nodiscard]] bool has_seen_all() const { return looked_at_ >= end_; }

  /// Fresh durable records of the class, up to `last`.
  void committed(const std::vector<Item>& items, model::Sequence last);

  /// The answer to want_records.
  void records_read(const std::vector<Item>& items, model::Sequence last);

  /// What to read next; nothing while a read is under way, nothing is missing or there is no room. Marks it as under
  /// way.
  [[nodiscard]] std::optional<WantRecords> want_records();

  /// The record of the pending delivery whose turn it is; nothing if none is due or its record is there. The answer is
  /// pending_read.
  [[nodiscard]] std::optional<WantRecords> want_pending(model::BootTime now);
  /// @param item nothing: it cannot be read any more, so it will never be sent
  void pending_read(std::uint64_t n, const Item* item, model::BootTime now) { pending_.record_read(n, item, now); }

  /// Whether the store has room for more of what the cursor passes although it is not done.
  void may_pend(bool may) { pending_.may_grow(may); }

  /// Lets the cursor go on past what holds it back for its content, where the stream can go no further without.
  void pass_held_back();

  /// The sequence of the ready delivery with the lowest n.
  [[nodiscard]] std::optional<model::Sequence> first_ready() const;

  struct Started {
    const Item& item;  ///< valid until it is done
    std::uint64_t n;
    const model::ChainHash& hash;
    const model::ChainHash& previous_hash;
  };
  /// The first ready delivery is under way from here on. There must be one.
  Started start_first_ready();

  /// Of one that is under way.
  [[nodiscard]] const Item& item(std::uint64_t n) const;

  void delivered(std::uint64_t n, model::BootTime now);

  /// Nothing up to `up_to` starts any more: it is about to be given up. 0: everything may start.
  void hold_up_to(model::Sequence up_to) { held_up_to_ = up_to; }
  [[nodiscard]] bool is_under_way_up_to(model::Sequence up_to) const;

  struct GivenUp {
    std::optional<model::StreamGap> gap;     ///< nothing: all of it was delivered or did not match
    std::vector<model::Sequence> lost_gaps;  ///< gap events that went undelivered; they count in the ranges only
  };
  /// Passes all up to `up_to`: what is not delivered by then never will be. Its numbers are used up and the chain goes
  /// over them. Nothing up to there is under way. If something is lost, nothing more starts before `hold_up_to(0)`: a
  /// crash before the loss is durable would bring back what later ones must not have overtaken.
  /// @param passed the class's records from the cursor, or from what is pending below it, to `up_to`, in order
  [[nodiscard]] GivenUp give_up(const std::vector<Item>& passed, model::Sequence up_to);
  void put_back(std::uint64_t n);
  /// Refused for its content once more.
  void hold_back(std::uint64_t n, const model::Now& now, std::uint16_t status, model::BootTime until);
  [[nodiscard]] std::uint32_t times_refused(std::uint64_t n) const;
  void release_due(model::BootTime now) { order_.release_due(now); }
  /// When one that is held back, or pending, is due.
  [[nodiscard]] std::optional<model::BootTime> next_release() const;

  /// Whether the changes are worth a place in the next commit. A cursor that only passed records which do not match
  /// waits for company until there are many of them: re-reading them after a crash gives the same numbers.
  [[nodiscard]] bool is_row_due() const;

  /// What differs from what was handed out last, for a commit.
  void take_changes(model::StreamChanges& out);

  /// The stream ends where its cursor is: what is stored of pending deliveries goes, and points of its chain that were
  /// not handed out come with its last row, which is not among them.
  void close(model::StreamChanges& out);

  /// The sequence of the row handed out last.
  [[nodiscard]] model::Sequence handed_out() const { return reported_.sequence; }

  /// What lies at or below it may be deleted, once the rows handed out are committed. It does not follow deliveries
  /// whose row is not handed out yet: after a crash their numbers are derived from their records again. Nor does it
  /// pass what is pending.
  [[nodiscard]] model::Sequence floor() const;

 private:
  [[nodiscard]] bool wants(const model::Event& event) const;
  struct Loaded {
    Item item;
    model::ChainHash hash;
    bool done = false;  ///< or pending
    bool under_way = false;
    model::Refusals refusals;
  };

  [[nodiscard]] bool has_room() const { return loaded_.size() < window && bytes_ < bytes_max; }
  [[nodiscard]] bool is_low() const;
  [[nodiscard]] bool is_stopped() const;
  [[nodiscard]] const model::ChainHash& hash_before(std::uint64_t n) const;
  [[nodiscard]] bool is_behind_pending(const Item& item) const;
  [[nodiscard]] bool make_room_for(const Item& item);
  void pend(std::uint64_t n, model::BootTime due);
  [[nodiscard]] Loaded& at(std::uint64_t n) { return loaded_[n - row_.cursor.n - 1]; }
  void take(const std::vector<Item>& items, model::Sequence last);
  void append(const Item& item);
  void lose_pending(const std::vector<Item>& passed, model::Sequence up_to, model::StreamGap& gap,
                    std::vector<model::Sequence>& lost_gaps) const;
  void lose_loaded(const std::vector<Item>& passed, model::Sequence up_to, model::Cursor& end, model::StreamGap& gap,
                   std::vector<model::Sequence>& lost_gaps);
  void advance_cursor();
  void drop_loaded_up_to(std::uint64_t n);
  void note_point(const model::Cursor& passed);

  model::StreamRow row_;
  model::Cursor reported_;
  Selection selection_;
  std::string name_;

  std::deque<Loaded> loaded_;  ///< n = row_.cursor.n + 1 and following
  std::size_t bytes_ = 0;      ///< of the data of those that are not done
  KeyOrder order_;             ///< of what is loaded and not pending
  Pending pending_;
  std::vector<model::ChainPoint> points_;    ///< that the cursor has passed since the row was handed out
  std::optional<std::uint64_t> stopped_at_;  ///< key of the next record, which belongs there, and there was no room
  model::Sequence looked_at_;                ///< all records up to here are behind the cursor, loaded, or do not match
  model::Sequence end_;                      ///< last durable sequence of the class
  std::uint64_t passed_over_ = 0;            ///< records that did not match, since the row was handed out
  model::Sequence held_up_to_ = 0;
  bool reading_ = false;
  bool read_gave_nothing_ = false;  ///< the log has not what was promised: ask again only when it grows
};

}  // namespace chargehook::delivery
