/// One class of events for one endpoint: its cursor, what lies loaded beyond it, and what it still has to read.
/// Numbers and links follow from the log order of what its stored filter matches. Owner: its endpoint. One thread.
///
/// Records come on two ways. A stream that has looked at all there is takes fresh ones straight from the commit; one
/// that lags asks for a read, one at a time. At most `window` deliveries and about `bytes_max` of data are loaded; what
/// does not fit is read later. The one place this bounds progress: a key held back for its content keeps its later
/// events loaded, so once they fill the window the stream waits for that key.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "delivery/key_order.hpp"
#include "delivery/selection.hpp"
#include "delivery/streams.hpp"
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
  Stream(model::StreamRow row, std::string name, std::string_view endpoint, model::Sequence end);

  [[nodiscard]] const model::StreamRow& row() const { return row_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] model::Sequence end() const { return end_; }
  [[nodiscard]] std::size_t loaded() const { return loaded_.size(); }
  /// Nothing waits behind what is loaded.
  [[nodiscard]] bool has_seen_all() const { return looked_at_ >= end_; }

  /// Fresh durable records of the class, up to `last`.
  void committed(const std::vector<Item>& items, model::Sequence last);

  /// The answer to want_records.
  void records_read(const std::vector<Item>& items, model::Sequence last);

  /// What to read next; nothing while a read is under way, nothing is missing or there is no room. Marks it as under
  /// way.
  [[nodiscard]] std::optional<WantRecords> want_records();

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

  [[nodiscard]] const Item& item(std::uint64_t n) const { return loaded_[n - row_.cursor.n - 1].item; }

  void delivered(std::uint64_t n);

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
  /// @param passed the class's records from the cursor to `up_to`, in order
  [[nodiscard]] GivenUp give_up(const std::vector<Item>& passed, model::Sequence up_to);
  void put_back(std::uint64_t n);
  void hold_back(std::uint64_t n, model::BootTime until);
  [[nodiscard]] int times_held_back(std::uint64_t n) const { return order_.times_held_back(n); }
  void release_due(model::BootTime now) { order_.release_due(now); }
  [[nodiscard]] std::optional<model::BootTime> next_release() const { return order_.next_release(); }

  /// Whether the row is worth a place in the next commit. A cursor that only passed records which do not match waits
  /// for company until there are many of them: re-reading them after a crash gives the same numbers.
  [[nodiscard]] bool is_row_due() const;

  /// Whether the row differs from the one handed out last.
  [[nodiscard]] bool is_row_changed() const { return row_.cursor != reported_; }

  /// The row for a commit.
  model::StreamRow take_row();

  /// The sequence of the row handed out last.
  [[nodiscard]] model::Sequence handed_out() const { return reported_.sequence; }

  /// What lies at or below it may be deleted, once the rows handed out are committed. It does not follow deliveries
  /// whose row is not handed out yet: after a crash their numbers are derived from their records again.
  [[nodiscard]] model::Sequence floor() const;

 private:
  [[nodiscard]] bool wants(const model::Event& event) const;
  struct Loaded {
    Item item;
    model::ChainHash hash;
    bool done = false;
    bool under_way = false;
  };

  [[nodiscard]] bool has_room() const { return loaded_.size() < window && bytes_ < bytes_max; }
  [[nodiscard]] Loaded& at(std::uint64_t n) { return loaded_[n - row_.cursor.n - 1]; }
  void take(const std::vector<Item>& items, model::Sequence last);
  void append(const Item& item);
  void advance_cursor();
  void drop_loaded_up_to(std::uint64_t n);

  model::StreamRow row_;
  model::Cursor reported_;
  Selection selection_;
  std::string name_;

  std::deque<Loaded> loaded_;  ///< n = row_.cursor.n + 1 and following
  std::size_t bytes_ = 0;      ///< of the data of those that are not done
  KeyOrder order_;
  model::Sequence looked_at_;      ///< all records up to here are behind the cursor, loaded, or do not match
  model::Sequence end_;            ///< last durable sequence of the class
  std::uint64_t passed_over_ = 0;  ///< records that did not match, since the row was handed out
  model::Sequence held_up_to_ = 0;
  bool reading_ = false;
  bool read_gave_nothing_ = false;  ///< the log has not what was promised: ask again only when it grows
};

}  // namespace chargehook::delivery
