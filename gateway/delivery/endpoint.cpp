#include "delivery/endpoint.hpp"

#include <algorithm>
#include <utility>

#include "delivery/http_date.hpp"

namespace chargehook::delivery {
namespace {

std::optional<Signer> signer_for(const EndpointConfig& config) {
  if (config.sign == SignForm::none) return std::nullopt;
  return Signer{config.secret};
}

/// A receiver that answers faster than this is worth an attempt that waits for each connection.
constexpr std::chrono::milliseconds quick{250};

/// The delay between tries has long been the longest by then.
constexpr std::uint32_t failures_told_apart = 1000;

}  // namespace

Endpoint::Endpoint(EndpointConfig config, std::uint32_t number)
    : config_(std::move(config)), number_(number), signer_(signer_for(config_)) {}

void Endpoint::reconfigure(EndpointConfig config, AttemptsUnderWay& attempts) {
  const bool is_moved = config_.url != config.url;
  const bool is_resigned = config_.sign != config.sign || config_.secret != config.secret;
  config_ = std::move(config);
  if (is_resigned) signer_ = signer_for(config_);
  if (is_moved || is_resigned) health_.forget();
  if (!is_moved) return;
  for (const auto& attempt : attempts.abandon(number_)) {
    Stream* of = stream_of(attempt.stream.event_class);
    if (of != nullptr && of->row().id == attempt.stream) of->put_back(attempt.n);
  }
}

void Endpoint::set_stream(Stream stream, bool waits_for_commit) {
  const auto place = index_of(stream.row().id.event_class);
  streams_[place].emplace(std::move(stream));
  waits_for_commit_[place] = waits_for_commit;
}

Stream* Endpoint::stream_of(EventClass event_class) {
  auto& place = streams_[index_of(event_class)];
  return place ? &*place : nullptr;
}

const Stream* Endpoint::stream_of(EventClass event_class) const {
  const auto& place = streams_[index_of(event_class)];
  return place ? &*place : nullptr;
}

void Endpoint::attempt_done(const UnderWay& attempt, const AttemptResult& result, const Dispatch& dispatch) {
  --under_way_;
  answers_quickly_ = result.took < quick;
  Stream* of = stream_of(attempt.stream.event_class);
  if (!attempt.is_abandoned && of != nullptr && of->row().id == attempt.stream) {
    note_time(result, dispatch.out);
    judge_delivery(*of, attempt, judge(result), dispatch);
  }
  advance(dispatch);
}

/// Whole seconds, cut: on the average half of one has passed. What the way took is less than that, or does not matter.
void Endpoint::note_time(const AttemptResult& result, DeliveryOutputs& out) const {
  if (!config_.url.tls || result.phase != Phase::answered || result.date.empty()) return;
  if (const auto date = parse_http_date(result.date)) out.told = TimeTold{*date + std::chrono::milliseconds{500}};
}

void Endpoint::judge_delivery(Stream& stream, const UnderWay& attempt, const Outcome& outcome,
                              const Dispatch& dispatch) {
  const bool failed_before = health_.next_attempt().has_value();
  take_outcome(stream, attempt, outcome, dispatch);
  const bool fails_now = health_.next_attempt().has_value();
  if (fails_now != failed_before) dispatch.out.changes.push_back({config_.name, fails_now, last_failure_});
}

void Endpoint::note_refusal(const Item& item, const std::string& reason, DeliveryOutputs& out) {
  ++refused_events_;
  last_refusal_ = item.event->id + " of " + item.event->partition_key + ": " + reason;
  out.refused.push_back({config_.name, item.event->id, item.event->partition_key, reason});
}

void Endpoint::take_outcome(Stream& stream, const UnderWay& attempt, const Outcome& outcome, const Dispatch& dispatch) {
  const model::BootTime now = dispatch.now.boot;
  last_failure_ = outcome.kind == OutcomeKind::delivered ? std::string{} : outcome.reason;
  ++(outcome.kind == OutcomeKind::delivered ? delivered_ : failed_attempts_);
  switch (outcome.kind) {
    case OutcomeKind::delivered:
      health_.answered(attempt.round);
      stream.delivered(attempt.n, now);
      return;
    case OutcomeKind::payload: {
      health_.answered(attempt.round);
      const auto refused = stream.times_refused(attempt.n);
      if (refused == 0) note_refusal(stream.item(attempt.n), outcome.reason, dispatch.out);
      const int failures = static_cast<int>(std::min<std::uint32_t>(refused, failures_told_apart)) + 1;
      stream.hold_back(attempt.n, dispatch.now, outcome.status,
                       now + spaced_retry_delay(config_.retry, failures, outcome.retry_after, dispatch.random));
      return;
    }
    case OutcomeKind::link:
    case OutcomeKind::endpoint:
      health_.failed(attempt.round, now, outcome.retry_after, config_.retry, dispatch.random);
      stream.put_back(attempt.n);
      return;
  }
}

void Endpoint::advance(const Dispatch& dispatch) {
  if (dispatch.is_stopped) return;
  for (auto& stream : streams_) {
    if (!stream) continue;
    stream->release_due(dispatch.now.boot);
    stream->pass_held_back();
    if (auto want = stream->want_records()) dispatch.out.reads.push_back(*want);
    if (auto want = stream->want_pending(dispatch.now.boot)) dispatch.out.reads.push_back(*want);
  }
  waits_for_clock_ = !may_send(dispatch.gate, signer_.has_value());
  if (waits_for_clock_) return;
  while (health_.may_send(dispatch.now.boot, under_way_, under_way_limit())) {
    Stream* stream = health_.next_attempt() ? oldest_first() : next_in_turn();
    if (stream == nullptr) return;
    start_one(*stream, dispatch);
  }
}

/// A connection that ends one attempt finds the next one waiting, signed before its turn. Where answers take long
/// nothing waits signed: the signature is of the moment of sending.
int Endpoint::under_way_limit() const { return answers_quickly_ ? 2 * config_.connections : config_.connections; }

bool Endpoint::may_start(const Stream& stream) const {
  return !waits_for_commit_[index_of(stream.row().id.event_class)] && stream.first_ready().has_value();
}

Stream* Endpoint::next_in_turn() {
  for (const auto event_class : turns_.order()) {
    Stream* candidate = stream_of(event_class);
    if (candidate != nullptr && may_start(*candidate)) return candidate;
  }
  return nullptr;
}

Stream* Endpoint::oldest_first() {
  Stream* oldest = nullptr;
  for (auto& stream : streams_) {
    if (!stream || !may_start(*stream)) continue;
    if (oldest == nullptr || *stream->first_ready() < *oldest->first_ready()) oldest = &*stream;
  }
  return oldest;
}

void Endpoint::start_one(Stream& stream, const Dispatch& dispatch) {
  const auto started = stream.start_first_ready();
  turns_.next();
  ++under_way_;
  const auto times = model::shown_times(*started.item.event, started.item.stamp, dispatch.clocks);
  if (times.may_improve) {
    auto& newest = dispatch.out.sent_unknown[index_of(started.item.event->event_class)];
    newest = std::max(newest, started.item.sequence);
  }
  const Delivery delivery{*started.item.event, started.item.sequence, times, stream.name(), started.n,
                          started.hash,        started.previous_hash};
  AttemptRequest attempt;
  attempt.id = dispatch.attempts.start({stream.row().id, started.n, health_.round(), false});
  attempt.endpoint = number_;
  attempt.connections = config_.connections;
  attempt.connect_timeout = config_.connect_timeout;
  attempt.total_deadline = config_.total_deadline;
  attempt.request = render(config_, dispatch.sender, delivery, dispatch.now.wall, signer_ ? &*signer_ : nullptr);
  dispatch.out.attempts.push_back(std::move(attempt));
}

std::optional<model::BootTime> Endpoint::next_deadline() const {
  std::optional<model::BootTime> earliest;
  if (waits_for_clock_) return earliest;
  const auto probe = health_.next_attempt();
  for (const auto& stream : streams_) {
    if (!stream || waits_for_commit_[index_of(stream->row().id.event_class)]) continue;
    // Ready and healthy waits for a connection, ready and failing for the back-off: the end of what is under way comes
    // by itself, the end of a back-off does not.
    if (probe && under_way_ == 0 && stream->first_ready()) model::keep_earlier(earliest, probe);
    if (const auto release = stream->next_release()) {
      model::keep_earlier(earliest, probe ? std::max(*release, *probe) : *release);
    }
  }
  return earliest;
}

EndpointStatus Endpoint::status() const {
  EndpointStatus status;
  status.name = config_.name;
  status.delivered = delivered_;
  status.failed_attempts = failed_attempts_;
  status.failures_in_a_row = health_.failures_in_a_row();
  status.refused_events = refused_events_;
  status.last_refusal = last_refusal_;
  status.last_failure = last_failure_;
  status.next_attempt = health_.next_attempt();
  status.waits_for_clock = waits_for_clock_;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (!streams_[i]) continue;
    status.undelivered_at_least[i] = streams_[i]->undelivered();
    status.pending[i] = streams_[i]->pending().size();
    model::keep_earlier(status.next_pending, streams_[i]->pending().next_attempt());
    status.more_waits = status.more_waits || !streams_[i]->has_seen_all();
  }
  return status;
}

}  // namespace chargehook::delivery
