#include <algorithm>
#include <iterator>
#include <utility>

#include "core/core_impl.hpp"

namespace chargehook::core {

using namespace std::chrono_literals;

/// Who waits for an answer hands the same in again if none comes.
void Core::Impl::handle(const Now& now, EventSeen& input, Outputs& out) {
  journal::Entry entry;
  if (input.token != nobody) {
    const auto seen = repetitions.look_up(now, input.event);
    if (answer_repetition(seen, input.token, out)) return;
    entry.ids.push_back({0, std::get<Repetitions::Fresh>(seen).row});
    entry.repeats = journal::Repeats::yes;
  }
  const auto ids = entry.ids;
  entry.events.push_back(std::move(input.event));
  clock.restamp(entry.events.back());
  entry.waiter = make_waiter(WaiterKind::source, static_cast<std::uint64_t>(input.token));
  const auto admitted = admission.offer(now, std::move(entry));
  if (admitted || input.token == nobody) return;
  static_cast<void>(repetitions.forget(ids.front().id.id));  // so soon nobody else waits for it
  const auto& [code, message] = admitted.error();
  const auto retry = is_for_good(admitted.error()) ? Retry::never : Retry::later;
  out.releases.push_back({input.token, Refused{code, message, retry}});
}

/// @return false if the event is new
bool Core::Impl::answer_repetition(const Repetitions::Seen& seen, Token token, Outputs& out) {
  if (const auto* stored = std::get_if<Stored>(&seen)) out.releases.push_back({token, *stored});
  if (const auto* under_way = std::get_if<Repetitions::UnderWay>(&seen)) repetitions.wait(*under_way, token);
  return !std::holds_alternative<Repetitions::Fresh>(seen);
}

/// What was under way and was not taken: who hands it in again finds it unknown.
void Core::Impl::forget_ids(Outputs& out, const journal::IntakeOutputs& closing) {
  for (const auto id : admission.take_dropped_ids())
    static_cast<void>(repetitions.forget(id));  // nobody waits: of OCPP
  for (const auto id : closing.refused_ids) {
    for (const auto token : repetitions.forget(id)) {
      out.releases.push_back({token, Refused{"pressure", "the journal is full"}});
    }
  }
}

/// One chunk at a time: what it covers is known to the next when it is durable.
void Core::Impl::handle(const Now& now, ImportSeen& input, Outputs& out) {
  if (imports.is_under_way()) {
    out.releases.push_back({input.token, Refused{"busy", "another part is being imported", Retry::later, 1s}});
    return;
  }
  auto entry =
      imports.begin(std::move(input), {intake.next_sequence(), intake.log(EventClass::billing).floor_sequence});
  if (entry.events.empty()) {
    out.releases.push_back(imports.done());
    return;
  }
  entry.waiter = make_waiter(WaiterKind::import, import_waiter);
  const auto admitted = admission.offer(now, std::move(entry));
  if (!admitted) give_up_import(admitted.error(), out);
}

void Core::Impl::give_up_import(const model::Error& error, Outputs& out) {
  out.releases.push_back({imports.give_up(), Refused{error.code, error.message}});
}

void Core::Impl::handle(const Now& now, ReadingsSeen& input, Outputs&) {
  pipeline::PipelineOutputs made;
  pipeline.on_readings(now, input.readings, made);
  take(now, made);
}

void Core::Impl::handle(const Now& now, OcppSeen& input, Outputs& out) { step_ocpp(now, std::move(input.input), out); }

/// What the gateway says of itself has no source that repeats it.
void Core::Impl::announce(const Now& now, model::Event event) {
  journal::Entry entry;
  entry.events.push_back(std::move(event));
  admission.keep(now, std::move(entry));
}

/// An alarm and its state go into one entry. Telemetry may be refused: it is the first to go when space is short.
void Core::Impl::take(const Now& now, pipeline::PipelineOutputs& made) {
  if (!made.alarms.empty() || !made.alarm_state.empty()) {
    journal::Entry entry;
    entry.events = std::move(made.alarms);
    for (auto& change : made.alarm_state) entry.kv.push_back({std::move(change.key), std::move(change.value)});
    admission.keep(now, std::move(entry));
  }
  for (auto& batch : made.telemetry) {
    journal::Entry entry;
    entry.events.push_back(std::move(batch));
    static_cast<void>(admission.offer(now, std::move(entry)));  // what is refused is counted
  }
}

void Core::Impl::step_ocpp(const Now& now, ocpp::Input input, Outputs& out) {
  ocpp::Outputs made;
  ocpp_sessions.step(now, std::move(input), made);
  std::ranges::move(made.commands, std::back_inserter(out.ocpp));
  if (made.told_time) clock.told(now, {model::TimeSource::csms, made.told_time->time, made.told_time->is_secure});
  for (auto& line : made.log) out.log.push_back({LogLevel::info, std::move(line)});
  for (auto& derived : made.entries) {
    auto entry = entry_of(now, derived);
    if (entry.events.empty() && entry.kv.empty() && entry.waiter == journal::no_waiter) continue;
    admission.keep(now, std::move(entry));
  }
}

/// A transaction that is told again leaves its state and who waits: that entry commits after the event's own.
journal::Entry Core::Impl::entry_of(const Now& now, ocpp::Entry& derived) {
  journal::Entry entry;
  for (auto& event : derived.events) {
    if (event.event_class == EventClass::billing) {
      const auto seen = repetitions.look_up(now, event);
      const auto* fresh = std::get_if<Repetitions::Fresh>(&seen);
      if (fresh == nullptr) continue;
      entry.ids.push_back({entry.events.size(), fresh->row});
    }
    entry.events.push_back(std::move(event));
  }
  for (auto& put : derived.state) entry.kv.push_back({std::move(put.key), std::move(put.value)});
  entry.waiter = make_waiter(WaiterKind::hold, static_cast<std::uint64_t>(derived.token));
  return entry;
}

/// No charger waits for a journal that takes nothing. One that takes nothing new because the gateway stops still has a
/// last commit, and answers wait for it.
void Core::Impl::tell_ocpp_of_journal(const Now& now, Outputs& out) {
  const bool is_full = admission.is_refused() && (!stopping || ocpp_told_refusing);
  const bool refusing = is_full || intake.trouble() != "ok";
  if (refusing == ocpp_told_refusing) return;
  ocpp_told_refusing = refusing;
  step_ocpp(now, ocpp::JournalState{refusing}, out);
}

}  // namespace chargehook::core
