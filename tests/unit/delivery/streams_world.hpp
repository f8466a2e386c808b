/// A small world around Streams: the log, the store of rows, the network and receivers that check what they get.
/// Nothing here knows how Streams works inside; numbers and links are derived again from the log.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "delivery/chain.hpp"
#include "delivery/streams.hpp"

namespace chargehook::delivery {

using model::EventClass;

inline constexpr std::uint64_t world_store = 0x9f3c5a0b11d2e347;

/// The text of a string attribute of a delivery.
inline std::string attribute(const HttpRequest& request, const std::string& name) {
  const std::string lead = "\"" + name + "\":\"";
  const auto start = request.body.find(lead);
  REQUIRE(start != std::string::npos);
  const auto from = start + lead.size();
  return request.body.substr(from, request.body.find('"', from) - from);
}

inline const char* type_of(EventClass event_class) {
  constexpr std::array names{"session.ended", "fault.raised", "charger.booted", "telemetry.readings"};
  return names[static_cast<std::size_t>(event_class)];
}

/// What a receiver sees of a stream, held against the promises made to it.
class Receiver {
 public:
  void accept(const HttpRequest& request) {
    const std::string stream = attribute(request, "stream");
    const std::uint64_t n = std::stoull(attribute(request, "n"));
    const Seen seen{attribute(request, "id"), attribute(request, "hash"), attribute(request, "prevhash")};
    const auto [known, is_new] = streams_[stream].emplace(n, seen);
    ++accepted_;
    if (!is_new) {
      REQUIRE(known->second == seen);
      return;
    }
    auto& last = last_of_key_[{stream, attribute(request, "partitionkey")}];
    REQUIRE(last < n);
    last = n;
    order_.push_back(seen.id);
  }

  /// n from 1 without a hole up to `last`, each linked to the one before.
  void check_chain(const std::string& stream, std::uint64_t last) const {
    const auto found = streams_.find(stream);
    REQUIRE((found != streams_.end() || last == 0));
    model::ChainHash hash = chain_start(stream);
    for (std::uint64_t n = 1; n <= last; ++n) {
      REQUIRE(found->second.contains(n));
      const Seen& seen = found->second.at(n);
      REQUIRE(seen.previous_hash == chain_text(hash));
      hash = chain_next(hash, n, seen.id);
      REQUIRE(seen.hash == chain_text(hash));
    }
  }

  [[nodiscard]] bool has(const std::string& stream, std::uint64_t n) const {
    const auto found = streams_.find(stream);
    return found != streams_.end() && found->second.contains(n);
  }
  [[nodiscard]] std::size_t count(const std::string& stream) const {
    const auto found = streams_.find(stream);
    return found == streams_.end() ? 0 : found->second.size();
  }
  [[nodiscard]] const std::vector<std::string>& order() const { return order_; }  ///< ids as first seen
  [[nodiscard]] std::size_t accepted() const { return accepted_; }                ///< with repetitions

 private:
  struct Seen {
    std::string id, hash, previous_hash;
    bool operator==(const Seen&) const = default;
  };

  std::map<std::string, std::map<std::uint64_t, Seen>> streams_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> last_of_key_;
  std::vector<std::string> order_;
  std::size_t accepted_ = 0;
};

inline EndpointConfig endpoint_config(const std::string& name, const std::string& filter, int connections = 4) {
  EndpointConfig config;
  config.name = name;
  config.url = {true, name + ".example.com", 443, "/hook"};
  config.events = Filter::parse(filter).value();
  config.secret = "0123456789abcdef01234567";
  config.connections = connections;
  return config;
}

class World {
 public:
  explicit World(std::uint64_t seed = 1) : seed_(seed) { start(); }

  /// A process begins with what the store has; whatever was under way is forgotten.
  void restart() {
    restart([this] {
      if (!configs_.empty()) configure(configs_);
    });
  }
  void restart(const auto& configured) {
    attempts.clear();
    reads.clear();
    start();
    configured();
  }

  void configure(std::vector<EndpointConfig> configs, bool commit = true) {
    configs_ = configs;
    for (const auto& config : configs)
      numbers_.try_emplace(config.name, static_cast<std::uint32_t>(numbers_.size() + 1));
    uncommitted_ = streams->configure(std::move(configs), numbers_, end_, sender_);
    if (commit) commit_configuration();
  }

  void commit_configuration() {
    DeliveryOutputs out;
    for (const auto& put : uncommitted_.pend) abandoned.insert(put.stream);
    write(uncommitted_);
    check_pend();
    if (!std::exchange(uncommitted_, {}).empty()) streams->rows_committed(now, out);
    streams->tick(now, out);
    carry_out(out);
  }

  /// Appends an event of the class to the log.
  Item append(EventClass event_class, const std::string& key, std::string type = {}, std::size_t data_bytes = 2) {
    auto event = std::make_shared<model::Event>();
    last_sequence_ += 1 + last_sequence_ % 3;  // holes are allowed
    event->id = "evt_" + std::to_string(last_sequence_);
    event->type = type.empty() ? type_of(event_class) : std::move(type);
    event->subject = event_class == EventClass::telemetry ? telemetry_subject() : key;
    event->partition_key = key;
    event->event_class = event_class;
    event->data = data_bytes <= 2 ? "{}" : "{\"x\":\"" + std::string(data_bytes, 'x') + "\"}";
    const Item item{std::move(event), last_sequence_, {1, now.boot, now.wall, now.quality}};
    log[event_class].push_back(item);
    end_[static_cast<std::size_t>(event_class)] = last_sequence_;
    return item;
  }

  /// Hands fresh durable events over.
  void commit(EventClass event_class, const std::vector<Item>& items) {
    DeliveryOutputs out;
    streams->committed(now, event_class, items, items.empty() ? last_sequence_ : items.back().sequence, out);
    carry_out(out);
  }
  void emit(EventClass event_class, const std::string& key, std::string type = {}) {
    commit(event_class, {append(event_class, key, std::move(type))});
  }

  /// Answers the oldest read that is under way.
  void answer_read(std::size_t at_most = 256) {
    REQUIRE_FALSE(reads.empty());
    const WantRecords want = reads.front();
    reads.erase(reads.begin());
    const auto& records = log[want.stream.event_class];
    auto from = std::ranges::upper_bound(records, want.after, {}, &Item::sequence);
    std::vector<Item> items;
    for (; from != records.end() && items.size() < at_most; ++from) items.push_back(*from);
    const bool is_all = from == records.end();
    const model::Sequence last =
        is_all ? end_[static_cast<std::size_t>(want.stream.event_class)] : items.back().sequence;
    DeliveryOutputs out;
    if (want.pending_n == 0) {
      streams->records_read(now, want.stream, items, last, out);
    } else {
      streams->pending_read(now, want.stream, want.pending_n, pending_item(want), out);
    }
    carry_out(out);
  }

  /// Ends an attempt with an HTTP status, or at a phase before the answer.
  void answer(AttemptId id, int status, const std::string& retry_after = {}) {
    AttemptResult result;
    result.phase = Phase::answered;
    result.status = status;
    result.retry_after = retry_after;
    finish(id, result, status >= 200 && status < 300);
  }
  void fail(AttemptId id, Phase phase, bool receiver_got_it = false) {
    AttemptResult result;
    result.phase = phase;
    result.reason = "gone";
    finish(id, result, receiver_got_it);
  }
  void answer_first(int status, const std::string& retry_after = {}) {
    REQUIRE_FALSE(attempts.empty());
    answer(attempts.begin()->first, status, retry_after);
  }

  void advance(std::chrono::milliseconds by) {
    now.boot += by;
    now.wall += by;
    DeliveryOutputs out;
    streams->tick(now, out);
    carry_out(out);
  }

  /// Goes to the next deadline; false if there is none.
  bool advance_to_deadline() {
    const auto deadline = streams->next_deadline();
    if (!deadline) return false;
    const auto by = std::chrono::ceil<std::chrono::milliseconds>(*deadline - now.boot);
    advance(std::max(by, std::chrono::milliseconds{0}));
    return true;
  }

  /// The cursors that moved are durable, and what they have passed although it is not done.
  void save_rows() {
    const auto changes = streams->take_changed_rows();
    write(changes);
    for (const auto& row : changes.rows) {
      for (std::uint64_t n = given_up_to + 1; n <= row.cursor.n; ++n) {
        REQUIRE((receiver.has(name_of(row.id), n) || pend.contains({row.id, n})));
      }
    }
    for (const auto& put : changes.pend) {
      if (!put.row) REQUIRE((put.n <= given_up_to || receiver.has(name_of(put.stream), put.n)));
    }
    check_pend();
  }

  void write(const model::StreamChanges& changes) {
    for (const auto& row : changes.rows) store[row.id] = row;
    for (const auto& put : changes.pend) {
      if (put.row) pend[{put.stream, put.n}] = *put.row;
      if (!put.row) pend.erase({put.stream, put.n});
    }
    for (const auto& point : changes.points) points[{point.stream, point.n}] = point;
    check_points();
  }

  /// Each multiple of 256 that a stored cursor has passed has its point, derived again from the log.
  void check_points() {
    std::size_t passed = 0;
    for (const auto& [id, row] : store) {
      const auto filter = Filter::from_canonical(row.filter);
      model::Cursor at{row.start, 0, chain_start(name_of(id))};
      for (const auto& item : log[id.event_class]) {
        if (item.sequence <= row.start || at.n == row.cursor.n || !is_for(id, filter, *item.event)) continue;
        at = {item.sequence, at.n + 1, chain_next(at.hash, at.n + 1, item.event->id)};
        if (at.n % 256 != 0) continue;
        ++passed;
        REQUIRE(points.contains({id, at.n}));
        REQUIRE(points.at({id, at.n}) == model::ChainPoint{id, at.n, at.sequence, at.hash});
      }
    }
    REQUIRE(points.size() == passed);
  }

  /// Each row of `pend` against the log and its stream's row.
  void check_pend() {
    for (const auto& [place, row] : pend) {
      REQUIRE(store.contains(row.stream));
      const auto& stream = store.at(row.stream);
      REQUIRE_FALSE(stream.closed);
      REQUIRE(row.n <= stream.cursor.n);
      REQUIRE(row.sequence <= stream.cursor.sequence);
      const auto filter = Filter::from_canonical(stream.filter);
      std::uint64_t n = 0;
      model::ChainHash hash = chain_start(name_of(row.stream));
      for (const auto& item : log[row.stream.event_class]) {
        if (item.sequence <= stream.start || !is_for(row.stream, filter, *item.event)) continue;
        if (item.sequence == row.sequence) REQUIRE(row.key == model::key_hash(item.event->partition_key));
        if (item.sequence >= row.sequence) break;
        hash = chain_next(hash, ++n, item.event->id);
      }
      REQUIRE(row.n == n + 1);
      REQUIRE(row.before == hash);
    }
  }

  /// Everything works from here on: runs until nothing is left to do.
  void drain() {
    do {
      while (!reads.empty() || !attempts.empty()) {
        if (!reads.empty()) answer_read();
        if (!attempts.empty()) answer_first(200);
      }
    } while (advance_to_deadline());
    save_rows();
  }

  [[nodiscard]] const std::string& endpoint_of(const model::StreamId& id) const {
    return std::ranges::find_if(numbers_, [&](const auto& entry) { return entry.second == id.endpoint; })->first;
  }
  [[nodiscard]] std::string name_of(const model::StreamId& id) const {
    return stream_name(world_store, endpoint_of(id), id);
  }

  /// Telemetry goes to the endpoint that its subject names and to no other.
  [[nodiscard]] bool is_for(const model::StreamId& id, const Filter& filter, const model::Event& event) const {
    if (event.type == model::gap_type) return event.subject == model::endpoint_subject(endpoint_of(id));
    const bool others = event.event_class == EventClass::telemetry && event.subject != "telemetry/" + endpoint_of(id);
    return !others && filter.matches(event.type);
  }

  /// A row's cursor against the log: n and hash derived again, with nothing but its filter and start.
  void check_row(const model::StreamRow& row) {
    const auto filter = Filter::from_canonical(row.filter);
    std::uint64_t n = 0;
    model::ChainHash hash = chain_start(name_of(row.id));
    for (const auto& item : log[row.id.event_class]) {
      if (item.sequence <= row.start || item.sequence > row.cursor.sequence) continue;
      if (is_for(row.id, filter, *item.event)) hash = chain_next(hash, ++n, item.event->id);
    }
    REQUIRE(row.cursor.n == n);
    REQUIRE(row.cursor.hash == hash);
  }

  void check_under_way() const {
    std::map<std::uint32_t, int> per_endpoint;
    std::set<std::pair<std::string, std::string>> keys;
    for (const auto& [id, attempt] : attempts) {
      REQUIRE(++per_endpoint[attempt.endpoint] <= 2 * attempt.connections);
      if (!is_open(attribute(attempt.request, "stream"))) continue;
      REQUIRE(keys.emplace(attribute(attempt.request, "stream"), attribute(attempt.request, "partitionkey")).second);
    }
  }

  std::unique_ptr<Streams> streams;
  model::Now now{model::WallTime{std::chrono::seconds{1'795'500'000}}, model::BootTime{std::chrono::seconds{100}},
                 model::TimeQuality::synced};
  std::map<EventClass, std::vector<Item>> log;
  std::map<model::StreamId, model::StreamRow> store;
  std::map<std::pair<model::StreamId, std::uint64_t>, model::PendRow> pend;       ///< stored, too
  std::map<std::pair<model::StreamId, std::uint64_t>, model::ChainPoint> points;  ///< the same
  std::map<AttemptId, AttemptRequest> attempts;                                   ///< under way
  std::vector<WantRecords> reads;                                                 ///< under way
  Receiver receiver;
  std::set<model::StreamId> abandoned;   ///< generations that ended with something pending: the next one has it
  std::uint64_t given_up_to = 0;         ///< n that no receiver has to have
  std::set<model::Sequence> unreadable;  ///< records that are damaged
  std::size_t started = 0;               ///< attempts since the beginning

 private:
  /// Each configured endpoint gets its turn.
  [[nodiscard]] std::string telemetry_subject() const {
    return configs_.empty() ? "telemetry/nobody" : "telemetry/" + configs_[last_sequence_ % configs_.size()].name;
  }

  [[nodiscard]] bool is_open(const std::string& stream) const {
    return std::ranges::any_of(
        store, [&](const auto& entry) { return !entry.second.closed && name_of(entry.first) == stream; });
  }

  void start() {
    streams = std::make_unique<Streams>(world_store, sender_, seed_);
    std::vector<model::StreamRow> rows;
    for (const auto& [id, row] : store) rows.push_back(row);
    std::vector<model::PendRow> pend_rows;
    for (const auto& [place, row] : pend) pend_rows.push_back(row);
    REQUIRE(streams->restore(std::move(rows), std::move(pend_rows)) == 0);
  }

  [[nodiscard]] const Item* pending_item(const WantRecords& want) const {
    const auto& records = log.at(want.stream.event_class);
    const auto found = std::ranges::upper_bound(records, want.after, {}, &Item::sequence);
    const bool is_there =
        found != records.end() && found->sequence == want.after + 1 && !unreadable.contains(found->sequence);
    return is_there ? &*found : nullptr;
  }

  void carry_out(DeliveryOutputs& out) {
    for (auto& attempt : out.attempts) {
      ++started;
      attempts.emplace(attempt.id, std::move(attempt));
    }
    reads.insert(reads.end(), out.reads.begin(), out.reads.end());
  }

  void finish(AttemptId id, AttemptResult& result, bool receiver_got_it) {
    const auto attempt = attempts.extract(id);
    REQUIRE_FALSE(attempt.empty());
    if (receiver_got_it) receiver.accept(attempt.mapped().request);
    result.id = id;
    DeliveryOutputs out;
    streams->attempt_done(now, result, out);
    carry_out(out);
  }

  std::uint64_t seed_;
  Sender sender_{"/depot", "test", "chargehook/test"};
  std::vector<EndpointConfig> configs_;
  std::map<std::string, std::uint32_t> numbers_;
  std::array<model::Sequence, model::event_class_count> end_{};
  model::Sequence last_sequence_ = 0;
  model::StreamChanges uncommitted_;
};

}  // namespace chargehook::delivery
