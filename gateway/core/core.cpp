#include <algorithm>
#include <array>
#include <utility>

#include "core/core_impl.hpp"
#include "journal/pressure.hpp"

namespace chargehook::core {

Core::Impl::Impl(ConfigPtr first_config, journal::StoredState stored, CoreOptions given, const Now& started)
    : options(std::move(given)),
      config(std::move(first_config)),
      clock(config->clock.trust, stored),
      started_at(clock.take(started)),
      applied_at(started_at.wall),
      running_on_last_good(options.running_on_last_good),
      store_id(stored.store_id),
      store_notes(stored.notes),
      events(stored, options.version),
      numbers(stored.kv),
      intake(stored, started_at),
      pipeline(config->site, config->rules, events.store(), events.run()),
      streams(stored.store_id, sender_of(*config, options), options.seed),
      gaps(std::move(stored.gaps)),
      retention(started),
      held_billing(stored.store_id, stored.origins, options.held_folder),
      pressure(remembered_pressure(stored.kv)),
      store_check(started),
      revisions(stored.kv, clock.boots(), ends_of(intake)),
      admission(intake),
      repetitions(std::move(stored.ids), stored.usage.pages_total, started),
      imports(stored.store_id, std::move(stored.origins), stored.imported),
      ocpp_sessions(ocpp_config_of(config), config->site, stored.store_id, stored.kv) {
  if (const auto dropped = streams.restore(std::move(stored.streams), std::move(stored.pend), stored.is_salvaged)) {
    store_notes.push_back(std::to_string(dropped) + " rows of pend belong to no open stream and are dropped");
  }
  intake.drop_ids(std::move(stored.damaged_ids));
  pipeline::PipelineOutputs made;
  pipeline.restore(started_at, stored.kv, made);
  pipeline.configure(started_at, config->rules, config->telemetry, made);
  begin_with_time(started_at);
  take(started_at, made);
  take_endpoints_into_use(started_at, events.started(started_at, *config, stored), std::nullopt);
}

void Core::Impl::handle(const Now& now, TimerDue&, Outputs& out) {
  streams.may_pend(intake.may_pend());
  pipeline::PipelineOutputs made;
  pipeline.on_timer(now, made);
  take(now, made);
  step_ocpp(now, ocpp::TimerDue{}, out);
  delivery::DeliveryOutputs wanted;
  streams.tick(now, wanted);
  carry_out(wanted, out);
  reads.ask_again(now, out.reads);
  store_check.on_timer(now, records_stored());
}

void Core::Impl::handle(const Now& now, Stop&, Outputs& out) {
  if (std::exchange(stopping, true)) return;
  step_ocpp(now, ocpp::Stop{}, out);
  announce(now, events.stopping(now, *config));
  streams.stop();
  intake.stop();
}

std::vector<journal::Trim> Core::Impl::trims() const {
  if (!journal::is_trimming(intake.usage()) && !intake.is_full()) return {};
  std::array<model::Sequence, model::event_class_count> nobody_needs{};
  std::array<journal::ClassLog, model::event_class_count> logs{};
  for (std::size_t i = 0; i < logs.size(); ++i) {
    nobody_needs[i] = streams.delivered_floor(static_cast<EventClass>(i));
    logs[i] = intake.log(static_cast<EventClass>(i));
  }
  return journal::trims_of_delivered(nobody_needs, logs);
}

void Core::Impl::finish(const Now& now, Outputs& out) {
  streams.may_pend(intake.may_pend());
  admission.retry(now);
  follow_time(now, out);
  tell_ocpp_of_journal(now, out);
  // Where records go, each stored cursor has to be past them, also of streams that only passed them.
  const bool records_go = journal::is_trimming(intake.usage()) || intake.is_full();
  // A cursor passes what cannot be read with the commit that tells of it, or after it.
  const bool is_told_in_time = gaps.untold_rows() <= (intake.is_evicting() ? 0U : 1U);
  if (is_told_in_time && intake.wants_cursors(now) && (records_go || streams.has_changed_rows())) {
    intake.move_cursors(now, streams.take_changed_rows());
  }
  watch_pressure(now, out);
  watch_outside_reader(out);
  retain(now, out);
  out.reopen_store = intake.reopen_due(now);
  if (!stopping) out.walk = store_check.take_request(now);
  journal::IntakeOutputs closing;
  intake.drop_ids(repetitions.take_gone());
  out.commit = intake.close_batch(now, trims(), closing);
  for (const auto waiter : closing.refused) {
    if (kind_of(waiter) == WaiterKind::import) {
      give_up_import({"pressure", "the journal is full"}, out);
      continue;
    }
    auto& release = out.releases.emplace_back();
    release.token = Token{number_of(waiter)};
    release.answer = Refused{"pressure", "the journal is full"};
  }
  forget_ids(out, closing);
  out.stopped = stopping && intake.idle();
  out.all_committed = !admission.is_refused();
}

Core::Core(ConfigPtr config, journal::StoredState stored, CoreOptions options, const Now& started)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(stored), std::move(options), started)) {}

Core::~Core() = default;

void Core::step(const Now& machine, Input input, Outputs& out, Follows follows) {
  const Now now = impl_->clock.take(machine);
  std::visit([&](auto& kind) { impl_->handle(now, kind, out); }, input);
  if (follows == Follows::nothing) impl_->finish(now, out);
}

std::optional<model::BootTime> Core::next_deadline() const {
  std::optional<model::BootTime> earliest = impl_->intake.next_deadline();
  for (const auto other : {impl_->streams.next_deadline(), impl_->reads.next_deadline(), impl_->plan.next_deadline(),
                           impl_->held_billing.next_deadline(), impl_->next_look(), impl_->pipeline.next_deadline(),
                           impl_->ocpp_sessions.next_deadline(), impl_->revisions.next_deadline(),
                           impl_->stopping ? std::nullopt : impl_->store_check.next_deadline()}) {
    model::keep_earlier(earliest, other);
  }
  if (!impl_->stopping) model::keep_earlier(earliest, impl_->clock.next_deadline());
  return earliest;
}

}  // namespace chargehook::core
