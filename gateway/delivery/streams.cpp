#include "delivery/streams.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <utility>

#include "delivery/attempts_under_way.hpp"
#include "delivery/chain.hpp"
#include "delivery/endpoint.hpp"
#include "delivery/succession.hpp"
#include "model/result.hpp"

namespace chargehook::delivery {
namespace {

constexpr model::Sequence no_limit = std::numeric_limits<model::Sequence>::max();

}  // namespace

struct Streams::Impl {
  using Place = std::pair<std::uint32_t, model::EventClass>;
  using Ends = std::array<model::Sequence, model::event_class_count>;

  std::uint64_t store_id;
  Sender sender;
  Random random;
  std::map<std::uint32_t, Endpoint> endpoints;  ///< by number
  std::map<Place, model::StreamRow> latest;     ///< of the highest generation; while it lives, its stream knows better
  std::map<model::StreamId, std::vector<model::PendRow>> stored_pend;  ///< until the first set is taken into use
  std::vector<model::PendPut> orphans;                                 ///< stored rows of no open stream, to delete
  AttemptsUnderWay attempts;
  model::BootClocks clocks;
  SendGate gate = SendGate::open;
  int uncommitted_configurations = 0;
  bool begin_at_oldest = false;  ///< until the first set of endpoints is taken into use
  bool is_configured = false;
  bool may_pend = true;
  bool is_stopped = false;
  bool wants_tick = false;

  [[nodiscard]] Dispatch dispatch(const model::Now& now, DeliveryOutputs& out) {
    return {now, sender, clocks, attempts, random, out, gate, is_stopped};
  }

  [[nodiscard]] Endpoint* endpoint(std::uint32_t number) {
    const auto found = endpoints.find(number);
    return found == endpoints.end() ? nullptr : &found->second;
  }

  /// Calls `action` with each stream in use, by endpoint and class.
  void for_each_stream(const auto& action) {
    for (auto& [number, endpoint] : endpoints) {
      for (const auto event_class : model::all_event_classes) {
        if (Stream* stream = endpoint.stream_of(event_class)) action(*stream);
      }
    }
  }

  void advance_all(const model::Now& now, DeliveryOutputs& out) {
    wants_tick = false;
    for (auto& [number, endpoint] : endpoints) endpoint.advance(dispatch(now, out));
  }

  void note_cursors() {
    for_each_stream([&](const Stream& stream) {
      const auto& row = stream.row();
      latest[{row.id.endpoint, row.id.event_class}] = row;
    });
  }

  Endpoint& take_into_use(EndpointConfig config, std::uint32_t number) {
    if (Endpoint* known = endpoint(number)) {
      known->reconfigure(std::move(config), attempts);
      return *known;
    }
    return endpoints.try_emplace(number, std::move(config), number).first->second;
  }

  /// The lowest sequence that the open stream at a place has passed although it is not done; 0: there is none.
  [[nodiscard]] model::Sequence lowest_pending(const Stream* current, const model::StreamRow& row) const {
    if (current != nullptr) return current->pending().lowest_sequence();
    const auto stored = stored_pend.find(row.id);
    return stored == stored_pend.end() ? 0 : stored->second.front().sequence;
  }

  void settle_stream(Endpoint& endpoint, StreamWish wish, model::StreamChanges& changed) {
    const auto known = latest.find({wish.number, wish.event_class});
    Stream* current = endpoint.stream_of(wish.event_class);
    if (known != latest.end()) wish.lowest_pending = lowest_pending(current, known->second);
    const auto next = succession(known == latest.end() ? nullptr : &known->second, wish);
    const model::Sequence end = current == nullptr ? wish.end : current->end();
    for (const auto& row : {next.closed, next.opened}) {
      if (!row) continue;
      latest[{wish.number, wish.event_class}] = *row;
      changed.rows.push_back(*row);
    }
    if (next.closed) {
      if (current != nullptr) current->close(changed);
      endpoint.clear_stream(wish.event_class);
    }
    const bool goes_on = wish.filter && !next.opened && current == nullptr;
    if (next.opened) begin_stream(endpoint, wish, *next.opened, end, true);
    if (goes_on) begin_stream(endpoint, wish, known->second, end, false);
  }

  void begin_stream(Endpoint& endpoint, const StreamWish& wish, const model::StreamRow& row, model::Sequence end,
                    bool waits_for_commit) {
    const auto pend = stored_pend.extract(row.id);
    endpoint.set_stream(Stream{row, stream_name(store_id, wish.endpoint, row.id), wish.endpoint, end,
                               pend.empty() ? std::vector<model::PendRow>{} : pend.mapped()},
                        waits_for_commit);
  }

  /// Removes the endpoints that are not in `kept` and closes their streams, also those of a stored row alone.
  void remove_others(const std::set<std::uint32_t>& kept, model::StreamChanges& changed) {
    for_each_stream([&](Stream& stream) {
      if (!kept.contains(stream.row().id.endpoint)) stream.close(changed);
    });
    std::erase_if(endpoints, [&](const auto& entry) {
      const bool is_gone = !kept.contains(entry.first);
      if (is_gone) attempts.drop(entry.first);
      return is_gone;
    });
    for (auto& [place, row] : latest) {
      if (row.closed || kept.contains(place.first)) continue;
      row.closed = true;
      changed.rows.push_back(row);
    }
  }

  /// Rows of `pend` that no stream has taken over.
  void delete_left_pend(std::vector<model::PendPut>& out) {
    for (const auto& [stream, rows] : std::exchange(stored_pend, {})) {
      for (const auto& row : rows) out.push_back({stream, row.n, std::nullopt});
    }
    std::ranges::move(std::exchange(orphans, {}), std::back_inserter(out));
  }

  [[nodiscard]] bool is_orphan(const model::PendRow& pend) const {
    const auto found = latest.find({pend.stream.endpoint, pend.stream.event_class});
    if (found == latest.end() || found->second.closed || found->second.id != pend.stream) return true;
    return pend.n > found->second.cursor.n || pend.sequence > found->second.cursor.sequence;
  }
};

Streams::Streams(std::uint64_t store_id, Sender sender, std::uint64_t seed)
    : impl_(new Impl{store_id, std::move(sender), Random{seed}, {}, {}, {}, {}, {}, {}}) {}
Streams::~Streams() = default;

std::size_t Streams::restore(std::vector<model::StreamRow> rows, std::vector<model::PendRow> pend, bool lost_rows) {
  impl_->begin_at_oldest = lost_rows;
  for (auto& row : rows) {
    auto& latest = impl_->latest[{row.id.endpoint, row.id.event_class}];
    if (row.id.generation >= latest.id.generation) latest = std::move(row);
  }
  for (const auto& row : pend) {
    if (impl_->is_orphan(row)) {
      impl_->orphans.push_back({row.stream, row.n, std::nullopt});
    } else {
      impl_->stored_pend[row.stream].push_back(row);
    }
  }
  return impl_->orphans.size();
}

model::StreamChanges Streams::configure(std::vector<EndpointConfig> endpoints,
                                        const std::map<std::string, std::uint32_t>& numbers,
                                        const std::array<model::Sequence, model::event_class_count>& end,
                                        Sender sender) {
  impl_->sender = std::move(sender);
  impl_->note_cursors();
  model::StreamChanges changed;
  std::set<std::uint32_t> kept;
  for (auto& config : endpoints) {
    const auto number = numbers.find(config.name);
    CHARGEHOOK_ASSERT(number != numbers.end());
    kept.insert(number->second);
    const Filter filter = config.events;
    Endpoint& endpoint = impl_->take_into_use(std::move(config), number->second);
    for (const auto event_class : model::all_event_classes) {
      std::optional<std::string> wanted;
      if (filter.wants(event_class)) wanted = filter.text();
      const model::Sequence last = end[static_cast<std::size_t>(event_class)];
      impl_->settle_stream(endpoint,
                           {impl_->store_id, number->first, number->second, event_class, std::move(wanted), last,
                            impl_->begin_at_oldest ? 0 : last, 0},
                           changed);
    }
  }
  impl_->remove_others(kept, changed);
  impl_->delete_left_pend(changed.pend);
  if (!changed.empty()) ++impl_->uncommitted_configurations;
  impl_->for_each_stream([&](Stream& stream) { stream.may_pend(impl_->may_pend); });
  impl_->is_configured = true;
  impl_->begin_at_oldest = false;
  impl_->wants_tick = true;
  return changed;
}

void Streams::rows_committed(const model::Now& now, DeliveryOutputs& out) {
  CHARGEHOOK_ASSERT(impl_->uncommitted_configurations > 0);
  if (--impl_->uncommitted_configurations > 0) return;
  for (auto& [number, endpoint] : impl_->endpoints) endpoint.rows_committed();
  impl_->advance_all(now, out);
}

void Streams::committed(const model::Now& now, model::EventClass event_class, const std::vector<Item>& items,
                        model::Sequence last, DeliveryOutputs& out) {
  for (auto& [number, endpoint] : impl_->endpoints) {
    Stream* stream = endpoint.stream_of(event_class);
    if (stream == nullptr) continue;
    stream->committed(items, last);
    endpoint.advance(impl_->dispatch(now, out));
  }
}

void Streams::records_read(const model::Now& now, const model::StreamId& stream, const std::vector<Item>& items,
                           model::Sequence last, DeliveryOutputs& out) {
  Endpoint* endpoint = impl_->endpoint(stream.endpoint);
  Stream* asker = endpoint == nullptr ? nullptr : endpoint->stream_of(stream.event_class);
  if (asker == nullptr || asker->row().id != stream) return;
  asker->records_read(items, last);
  endpoint->advance(impl_->dispatch(now, out));
}

void Streams::pending_read(const model::Now& now, const model::StreamId& stream, std::uint64_t n, const Item* item,
                           DeliveryOutputs& out) {
  Endpoint* endpoint = impl_->endpoint(stream.endpoint);
  Stream* asker = endpoint == nullptr ? nullptr : endpoint->stream_of(stream.event_class);
  if (asker == nullptr || asker->row().id != stream) return;
  asker->pending_read(n, item, now.boot);
  endpoint->advance(impl_->dispatch(now, out));
}

void Streams::attempt_done(const model::Now& now, const AttemptResult& result, DeliveryOutputs& out) {
  const auto attempt = impl_->attempts.end(result.id);
  if (!attempt) return;
  Endpoint* endpoint = impl_->endpoint(attempt->stream.endpoint);
  if (endpoint != nullptr) endpoint->attempt_done(*attempt, result, impl_->dispatch(now, out));
}

void Streams::follow_clock(const model::Now& now, const model::BootClocks& clocks, SendGate gate,
                           DeliveryOutputs& out) {
  impl_->clocks = clocks;
  impl_->gate = gate;
  impl_->advance_all(now, out);
}

void Streams::may_pend(bool may) {
  if (std::exchange(impl_->may_pend, may) == may) return;
  impl_->for_each_stream([&](Stream& stream) { stream.may_pend(may); });
  impl_->wants_tick = true;
}

void Streams::tick(const model::Now& now, DeliveryOutputs& out) { impl_->advance_all(now, out); }

std::optional<model::BootTime> Streams::next_deadline() const {
  if (impl_->is_stopped) return std::nullopt;
  if (impl_->wants_tick) return model::BootTime{};
  std::optional<model::BootTime> earliest;
  for (const auto& [number, endpoint] : impl_->endpoints) model::keep_earlier(earliest, endpoint.next_deadline());
  return earliest;
}

model::StreamChanges Streams::take_changed_rows() {
  model::StreamChanges changes;
  impl_->for_each_stream([&](Stream& stream) { stream.take_changes(changes); });
  return changes;
}

bool Streams::has_changed_rows() const {
  bool any = false;
  impl_->for_each_stream([&](const Stream& stream) { any = any || stream.is_row_due(); });
  return any;
}

model::Sequence Streams::delivered_floor(model::EventClass event_class) const {
  model::Sequence floor = no_limit;
  if (!impl_->is_configured) {  // nobody has said yet which streams go on: all that are stored as open pin
    for (const auto& [place, row] : impl_->latest) {
      if (place.second != event_class || row.closed) continue;
      const model::Sequence pending = impl_->lowest_pending(nullptr, row);
      floor = std::min({floor, row.cursor.sequence, pending == 0 ? no_limit : pending - 1});
    }
  }
  impl_->for_each_stream([&](const Stream& stream) {
    if (stream.row().id.event_class == event_class) floor = std::min(floor, stream.floor());
  });
  return floor;
}

std::vector<StreamHit> Streams::hit_by(model::EventClass event_class,
                                       const std::vector<model::Sequence>& damaged) const {
  std::vector<StreamHit> hit;
  impl_->for_each_stream([&](const Stream& stream) {
    const auto& row = stream.row();
    if (row.id.event_class != event_class) return;
    std::vector<model::Sequence> sequences;
    std::ranges::copy_if(damaged, std::back_inserter(sequences), [&](model::Sequence sequence) {
      return sequence > row.cursor.sequence || stream.pending().has_sequence(sequence);
    });
    if (!sequences.empty()) hit.push_back({row.id, std::move(sequences)});
  });
  return hit;
}

bool Streams::may_give_up() const { return impl_->is_configured && impl_->uncommitted_configurations == 0; }

bool Streams::hold_up_to(model::EventClass event_class, model::Sequence up_to) {
  bool is_free = true;
  impl_->for_each_stream([&](Stream& stream) {
    if (stream.row().id.event_class != event_class) return;
    stream.hold_up_to(up_to);
    is_free = is_free && !stream.is_under_way_up_to(up_to);
  });
  impl_->wants_tick = impl_->wants_tick || up_to == 0;
  return is_free;
}

std::vector<StreamGivenUp> Streams::give_up(model::EventClass event_class, const std::vector<Item>& passed,
                                            model::Sequence up_to) {
  CHARGEHOOK_ASSERT(may_give_up());
  std::vector<StreamGivenUp> all;
  for (auto& [number, endpoint] : impl_->endpoints) {
    Stream* stream = endpoint.stream_of(event_class);
    if (stream == nullptr) continue;
    stream->hold_up_to(0);
    if (std::min(stream->handed_out(), stream->floor()) >= up_to) continue;
    auto given_up = stream->give_up(passed, up_to);
    model::StreamChanges changes;
    stream->take_changes(changes);
    all.push_back({stream->row(), std::move(changes.pend), std::move(changes.points), endpoint.name(), stream->name(),
                   std::move(given_up.gap), std::move(given_up.lost_gaps)});
  }
  impl_->wants_tick = true;
  return all;
}

void Streams::stop() { impl_->is_stopped = true; }

std::vector<EndpointStatus> Streams::status() const {
  std::vector<EndpointStatus> all;
  for (const auto& [number, endpoint] : impl_->endpoints) all.push_back(endpoint.status());
  return all;
}

}  // namespace chargehook::delivery
