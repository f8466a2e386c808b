#include <algorithm>
#include <iterator>
#include <utility>

#include "core/core_impl.hpp"

namespace chargehook::core {

void Core::Impl::handle(const Now& now, EventSeen& input, Outputs& out) {
  journal::Entry entry;
  entry.events.push_back(std::move(input.event));
  clock.restamp(entry.events.back());
  entry.waiter = make_waiter(WaiterKind::source, static_cast<std::uint64_t>(input.token));
  if (input.token != nobody) entry.repeats = journal::Repeats::yes;
  const auto admitted = admission.offer(now, std::move(entry));
  if (admitted || input.token == nobody) return;
  const auto& [code, message] = admitted.error();
  const auto retry = is_for_good(admitted.error()) ? Retry::never : Retry::later;
  out.releases.push_back({input.token, Refused{code, message, retry}});
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
    journal::Entry entry;
    entry.events = std::move(derived.events);
    for (auto& put : derived.state) entry.kv.push_back({std::move(put.key), std::move(put.value)});
    entry.waiter = make_waiter(WaiterKind::hold, static_cast<std::uint64_t>(derived.token));
    admission.keep(now, std::move(entry));
  }
}

/// No charger waits for a journal that takes nothing.
void Core::Impl::tell_ocpp_of_journal(const Now& now, Outputs& out) {
  const bool refusing = admission.is_refused() || intake.trouble() != "ok";
  if (refusing == ocpp_told_refusing) return;
  ocpp_told_refusing = refusing;
  step_ocpp(now, ocpp::JournalState{refusing}, out);
}

}  // namespace chargehook::core
