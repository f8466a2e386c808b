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

#include "delivery/filter.hpp"
#include "delivery/key_order.hpp"
#include "delivery/streams.hpp"
#include "model/stream.hpp"

namespace chargehook::delivery {

/// The subject of telemetry that was gathered for an endpoint.
[[nodiscard]] std::string telemetry_subject(std::string_view endpoint);

/// Whether an event of the stream's class is the stream's own, and counts: by its stored filter, and of telemetry only
/// what was gathered for the endpoint.
[[nodiscard]] bool is_wanted(const Filter& filter, std::string_view own_telemetry, model::EventClass event_class,
                             std::string_view type, std::string_view subject);

class Stream {
 public:
  static constexpr std::size_t window = KeyOrder::window;
  static constexpr std::size_t bytes_max = std::size_t{256} * 1024;

  /// @param row  as stored, or as about to be
  /// @param name stream_name()
  /// @param endpoint its name: of telemetry only what was gathered for it is its own (subject "telemetry/<endpoint>")
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
  void put_back(std::uint64_t n) { order_.put_back(n); }
  void hold_back(std::uint64_t n, model::BootTime until) { order_.hold_back(n, until); }
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

  /// What lies at or below it may be deleted, once the rows handed out are committed. It does not follow deliveries
  /// whose row is not handed out yet: after a crash their numbers are derived from their records again.
  [[nodiscard]] model::Sequence floor() const;

 private:
  [[nodiscard]] bool wants(const model::Event& event) const;
  struct Loaded {
    Item item;
    model::ChainHash hash;
    bool done = false;
  };

  [[nodiscard]] bool has_room() const { return loaded_.size() < window && bytes_ < bytes_max; }
  [[nodiscard]] Loaded& at(std::uint64_t n) { return loaded_[n - row_.cursor.n - 1]; }
  void take(const std::vector<Item>& items, model::Sequence last);
  void append(const Item& item);
  void advance_cursor();

  model::StreamRow row_;
  model::Cursor reported_;
  Filter filter_;
  std::string name_;
  std::string own_telemetry_;

  std::deque<Loaded> loaded_;  ///< n = row_.cursor.n + 1 and following
  std::size_t bytes_ = 0;      ///< of the data of those that are not done
  KeyOrder order_;
  model::Sequence looked_at_;      ///< all records up to here are behind the cursor, loaded, or do not match
  model::Sequence end_;            ///< last durable sequence of the class
  std::uint64_t passed_over_ = 0;  ///< records that did not match, since the row was handed out
  bool reading_ = false;
  bool read_gave_nothing_ = false;  ///< the log has not what was promised: ask again only when it grows
};

}  // namespace chargehook::delivery
