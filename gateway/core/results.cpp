#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "core/core_impl.hpp"
#include "core/read_ids.hpp"
#include "core/retention/loss_telling.hpp"
#include "core/stamp.hpp"

namespace chargehook::core {

namespace {

constexpr std::size_t store_notes_max = 20;

delivery::Item item_of(const journal::RecordPtr& record) {
  return {{record, &record->event}, record->sequence, stamp_of(*record)};
}

}  // namespace

void Core::Impl::handle(const Now& now, CommitDone& input, Outputs& out) {
  journal::IntakeOutputs done;
  if (input.result.is_structure) give_up_store(input.result.reason, out);
  intake.commit_done(now, input.result, done);
  after_intake(now, done, out);
}

void Core::Impl::handle(const Now& now, ReopenDone& input, Outputs& out) {
  journal::IntakeOutputs done;
  if (input.result.is_structure) give_up_store(input.result.reason, out);
  intake.reopen_done(now, input.result, done);
  after_intake(now, done, out);
}

void Core::Impl::after_intake(const Now& now, journal::IntakeOutputs& done, Outputs& out) {
  if (!done.trouble.empty()) {
    const bool well = done.trouble == "ok";
    out.log.push_back({well ? LogLevel::info : LogLevel::error, well ? "the journal is written again" : done.trouble});
  }
  for (const auto& settled : done.settled) settle(now, settled, out);
  if (done.committed) hand_to_streams(now, *done.committed, out);
}

void Core::Impl::settle(const Now& now, const journal::Settled& settled, Outputs& out) {
  const auto number = number_of(settled.waiter);
  switch (kind_of(settled.waiter)) {
    case WaiterKind::source:
      out.releases.push_back({Token{number}, Stored{settled.event_id, settled.sequence}});
      return;
    case WaiterKind::hold:
      step_ocpp(now, ocpp::EntryDurable{ocpp::HoldToken{number}}, out);
      return;
    case WaiterKind::endpoints:
      use_new_set(now, number, out);
      return;
    case WaiterKind::import:
      out.releases.push_back(imports.done());
      return;
    case WaiterKind::time:
      number == mark_waiter ? revisions.mark_stored() : revisions.stored();
      return;
  }
}

void Core::Impl::hand_to_streams(const Now& now, const journal::Batch& batch, Outputs& out) {
  gaps.apply(batch.gaps);
  std::ranges::move(repetitions.stored(batch.ids), std::back_inserter(out.releases));
  std::array<std::vector<delivery::Item>, model::event_class_count> items;
  for (const auto& record : batch.records) {
    items[static_cast<std::size_t>(record->event.event_class)].push_back(item_of(record));
  }
  delivery::DeliveryOutputs wanted;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].empty()) continue;
    streams.committed(now, static_cast<EventClass>(i), items[i], items[i].back().sequence, wanted);
  }
  carry_out(wanted, out);
}

/// In the log each time, in the status once: every endpoint comes past it.
void Core::Impl::note_damaged(EventClass event_class, const std::vector<model::Sequence>& damaged, Outputs& out) {
  std::string note = std::to_string(damaged.size()) + " damaged records in the " + std::string{to_string(event_class)} +
                     " log, first " + std::to_string(damaged.front());
  out.log.push_back({LogLevel::error, note});
  const bool is_known = std::ranges::find(store_notes, note) != store_notes.end();
  if (!is_known && store_notes.size() < store_notes_max) store_notes.push_back(std::move(note));
  auto row = row_of_damage(gaps, streams.hit_by(event_class, damaged));
  if (row) gaps.add_untold(std::move(*row));
}

void Core::Impl::handle(const Now& now, RecordsRead& input, Outputs& out) {
  if (input.result.is_structure) give_up_store(input.result.reason, out);
  if (kind_of(input.result.id) == ReadKind::revision) return revisions_read(now, input.result);
  if (kind_of(input.result.id) == ReadKind::eviction) {
    if (!input.result.damaged.empty() && !plan.is_idle()) {
      note_damaged(plan.order().event_class, input.result.damaged, out);
    }
    return plan.records_read(now, input.result);
  }
  if (kind_of(input.result.id) == ReadKind::held) {
    if (!input.result.damaged.empty() && !held_billing.is_idle()) {
      note_damaged(EventClass::billing, input.result.damaged, out);
    }
    return held_billing.records_read(now, input.result);
  }
  const auto want = reads.finish(now, input.result);
  if (!input.result.damaged.empty()) note_damaged(want.stream.event_class, input.result.damaged, out);
  if (!input.result.reason.empty()) return;  // asked again after a pause
  if (want.pending_n != 0) return hand_to_pending(now, want, input.result, out);
  std::vector<delivery::Item> items;
  items.reserve(input.result.records.size());
  for (const auto& record : input.result.records) items.push_back(item_of(record));
  delivery::DeliveryOutputs wanted;
  streams.records_read(now, want.stream, items, input.result.last, wanted);
  carry_out(wanted, out);
}

/// One whose record is gone or damaged can never be sent.
void Core::Impl::hand_to_pending(const Now& now, const delivery::WantRecords& want, const journal::ReadResult& result,
                                 Outputs& out) {
  std::optional<delivery::Item> item;
  const auto& records = result.records;
  if (!records.empty() && records.front()->sequence == want.after + 1) item = item_of(records.front());
  if (!item) {
    out.log.push_back({LogLevel::error, "the " + std::string{to_string(want.stream.event_class)} + " event " +
                                            std::to_string(want.after + 1) +
                                            ", which an endpoint had refused, cannot be read any more: not sent"});
  }
  delivery::DeliveryOutputs wanted;
  streams.pending_read(now, want.stream, want.pending_n, item ? &*item : nullptr, wanted);
  carry_out(wanted, out);
}

void Core::Impl::handle(const Now& now, StoreWalked& input, Outputs& out) {
  const auto before = store_check.report().findings.count();
  const bool ended = store_check.walked(now, input.result);
  const auto& findings = store_check.report().findings;
  if (before == 0 && findings.count() > 0) {
    out.log.push_back({LogLevel::error, "the journal's walk found: " + text_of(findings.kept().front())});
  }
  if (findings.count(journal::Harm::structure) > 0) give_up_store(text_of(findings.kept().back()), out);
  if (!ended) return;
  out.log.push_back({findings.count() == 0 ? LogLevel::info : LogLevel::error,
                     "the journal was walked through: " + std::to_string(store_check.report().records_seen) +
                         " records, " + std::to_string(findings.count()) + " findings"});
}

/// What LMDB makes of pages that contradict each other is anybody's guess; a start can sort them out.
void Core::Impl::give_up_store(const std::string& reason, Outputs& out) {
  if (std::exchange(store_is_damaged, true)) return;
  out.store_damaged = reason;
}

void Core::Impl::handle(const Now& now, FlashSeen& input, Outputs&) {
  std::uint64_t admitted = 0;
  for (const auto event_class : model::all_event_classes) {
    admitted += admission.counters(event_class).admitted;
  }
  flash.take(now, input.sight, admitted);
}

void Core::Impl::handle(const Now& now, StoreCheckAsked& input, Outputs& out) {
  if (input.begin && !stopping) store_check.ask(now, records_stored());
  if (input.token != nobody) out.releases.push_back({input.token, store_check.report()});
}

/// About: damaged ones count too.
std::uint64_t Core::Impl::records_stored() const {
  std::uint64_t records = 0;
  for (const auto event_class : model::all_event_classes) {
    const auto& log = intake.log(event_class);
    records += log.last_ordinal - log.floor_ordinal;
  }
  return records;
}

void Core::Impl::handle(const Now& now, AttemptsDone& input, Outputs& out) {
  delivery::DeliveryOutputs wanted;
  for (const auto& result : input.results) streams.attempt_done(now, result, wanted);
  if (wanted.told) clock.told(now, {model::TimeSource::https, wanted.told->time, true});
  carry_out(wanted, out);
}

void Core::Impl::carry_out(delivery::DeliveryOutputs& wanted, Outputs& out) {
  revisions.sent(wanted.sent_unknown);
  for (const auto& want : wanted.reads) out.reads.push_back(reads.start(want));
  std::ranges::move(wanted.attempts, std::back_inserter(out.attempts));
  for (auto& refused : wanted.refused) {
    out.log.push_back({LogLevel::warning, "endpoint " + refused.endpoint + " refuses " + refused.event_id + " of " +
                                              refused.partition_key + ": " + refused.reason +
                                              "; it is tried again, later events of this device wait"});
  }
  for (auto& change : wanted.changes) {
    out.log.push_back(
        {change.failing ? LogLevel::warning : LogLevel::info,
         "endpoint " + change.endpoint + (change.failing ? " fails: " + change.reason : " delivers again")});
  }
}

}  // namespace chargehook::core
