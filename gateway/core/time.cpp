#include <algorithm>
#include <array>
#include <utility>

#include "core/core_impl.hpp"

namespace chargehook::core {

Sequences ends_of(const journal::Intake& intake) {
  Sequences out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = intake.log(static_cast<EventClass>(i)).last_sequence;
  return out;
}

namespace {

std::string words_of(const ClockChange& change) {
  std::string out = "clock: " + std::string{to_string(change.after)};
  if (change.source != model::TimeSource::none) out += " by " + std::string{to_string(change.source)};
  if (!change.by.empty()) out += " (" + change.by + ")";
  const auto step_s = std::chrono::duration_cast<std::chrono::seconds>(change.step).count();
  if (step_s != 0) out += ", moved by " + std::to_string(step_s) + " s";
  return out + ", was " + std::string{to_string(change.before)};
}

}  // namespace

/// Before the first delivery: what is on record decides whether one may go.
void Core::Impl::begin_with_time(const Now& now) {
  const bool is_known = clock.is_known();
  gate = delivery::gate_of({is_known, clock.is_impossible(), revisions.is_marked()});
  delivery::DeliveryOutputs nothing;  // no endpoint is in use yet
  streams.follow_clock(now, clock.boots(), gate, nothing);
}

void Core::Impl::follow_time(const Now& now, Outputs& out) {
  const auto learned = clock.take_learned();
  if (learned) intake.learn(now, *learned);
  tell_clock_change(now, out);
  if (clock.is_known()) revisions.known(clock.boots(), clock.was_right());
  const bool is_marked_new = !clock.is_known() && revisions.mark(clock.boots(), ends_of(intake));
  put_state(now, revisions.take_puts(),
            is_marked_new ? make_waiter(WaiterKind::time, mark_waiter) : journal::no_waiter);
  open_gate(now, learned.has_value(), out);
  revise_times(now, out);
}

/// Events that wait are sent with what was learned, so deliveries go on by it at once.
void Core::Impl::open_gate(const Now& now, bool is_learned_new, Outputs& out) {
  const auto wanted = delivery::gate_of({clock.is_known(), clock.is_impossible(), revisions.is_marked()});
  if (!is_learned_new && wanted == gate) return;
  gate = wanted;
  delivery::DeliveryOutputs done;
  streams.follow_clock(now, clock.boots(), gate, done);
  carry_out(done, out);
}

void Core::Impl::revise_times(const Now& now, Outputs& out) {
  if (const auto request = revisions.next_read(now.boot)) out.reads.push_back(*request);
  put_state(now, revisions.take_puts(), journal::no_waiter);
}

void Core::Impl::revisions_read(const Now& now, journal::ReadResult& result) {
  auto entry = revisions.read(now.boot, result, clock.boots());
  if (!entry) return;
  entry->waiter = make_waiter(WaiterKind::time, revision_waiter);
  if (!admission.offer(now, std::move(*entry))) revisions.refused(now.boot);
}

/// As settings, which pass what waits: a full journal drains by deliveries, and these wait for the mark.
void Core::Impl::put_state(const Now& now, std::vector<journal::KvPut> puts, journal::Waiter waiter) {
  if (puts.empty()) return;
  intake.put(now, {{}, {}, {}, std::move(puts), waiter});
}

void Core::Impl::tell_clock_change(const Now& now, Outputs& out) {
  if (stopping) return;
  const auto change = clock.take_change();
  if (!change) return;
  out.log.push_back({LogLevel::info, words_of(*change)});
  announce(now, events.clock_changed(now, *config, *change));
}

void Core::Impl::handle(const Now&, ClockAccepted& input, Outputs& out) {
  Applied answer;
  const auto accepted = clock.accept(input.by);
  answer.accepted = accepted.has_value();
  if (!accepted) {
    answer.lines.push_back(accepted.error().message);
  } else {
    out.log.push_back({LogLevel::info, "clock: " + input.by + " says that it is right"});
    const auto status = clock.status();
    const bool counts = status.source == model::TimeSource::manual;
    answer.lines.push_back(
        model::to_rfc3339(status.time) +
        (counts ? " is taken as right until this machine restarts"
                : " stays: " + std::string{to_string(status.source)} + " is trusted before a person's word"));
  }
  if (input.token == nobody) return;
  auto& release = out.releases.emplace_back();
  release.token = input.token;
  release.answer = std::move(answer);
}

}  // namespace chargehook::core
