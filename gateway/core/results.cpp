#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "core/core_impl.hpp"

namespace chargehook::core {

namespace {

delivery::Item item_of(const journal::RecordPtr& record) {
  return {{record, &record->event}, record->sequence, record->recorded};
}

}  // namespace

void Core::Impl::handle(const Now& now, CommitDone& input, Outputs& out) {
  journal::IntakeOutputs done;
  intake.commit_done(now, input.result, done);
  after_intake(now, done, out);
}

void Core::Impl::handle(const Now& now, ReopenDone& input, Outputs& out) {
  journal::IntakeOutputs done;
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

void Core::Impl::handle(const Now& now, RecordsRead& input, Outputs& out) {
  if ((static_cast<std::uint64_t>(input.result.id) & EvictionPlan::read_bit) != 0) {
    return plan.records_read(now, input.result);
  }
  const auto stream = reads.finish(now, input.result);
  if (!input.result.damaged.empty()) {
    out.log.push_back({LogLevel::error, std::to_string(input.result.damaged.size()) + " damaged records in the " +
                                            std::string{to_string(stream.event_class)} + " log, first " +
                                            std::to_string(input.result.damaged.front())});
  }
  if (!input.result.reason.empty()) return;  // asked again after a pause
  std::vector<delivery::Item> items;
  items.reserve(input.result.records.size());
  for (const auto& record : input.result.records) items.push_back(item_of(record));
  delivery::DeliveryOutputs wanted;
  streams.records_read(now, stream, items, input.result.last, wanted);
  carry_out(wanted, out);
}

void Core::Impl::handle(const Now& now, AttemptsDone& input, Outputs& out) {
  delivery::DeliveryOutputs wanted;
  for (const auto& result : input.results) streams.attempt_done(now, result, wanted);
  carry_out(wanted, out);
}

void Core::Impl::carry_out(delivery::DeliveryOutputs& wanted, Outputs& out) {
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
