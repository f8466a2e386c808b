#include "core/core.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "core/admission.hpp"
#include "core/endpoint_numbers.hpp"
#include "core/gateway_events.hpp"
#include "core/reads.hpp"
#include "core/waiters.hpp"
#include "journal/intake.hpp"
#include "journal/pressure.hpp"
#include "ocpp/sessions.hpp"
#include "pipeline/pipeline.hpp"

namespace chargehook::core {

using model::EventClass;
using model::Now;

namespace {

delivery::Item item_of(const journal::RecordPtr& record) {
  return {{record, &record->event}, record->sequence, record->recorded};
}

delivery::Sender sender_of(const ConfigGeneration& config, const CoreOptions& options) {
  return {"/" + config.gateway.id, config.gateway.environment, "chargehook/" + options.version};
}

/// The proxy's part of a generation, which it keeps alive.
std::shared_ptr<const ocpp::OcppConfig> ocpp_config_of(const ConfigPtr& config) { return {config, &config->ocpp}; }

}  // namespace

/// A set of endpoints whose entry is on its way to the disk.
struct NewSet {
  bool has_new_streams = false;
  std::optional<Release> answer;
};

struct Core::Impl {
  Impl(ConfigPtr first_config, journal::StoredState stored, CoreOptions given, const Now& started);

  void handle(const Now& now, EventSeen& input, Outputs& out);
  void handle(const Now& now, ReadingsSeen& input, Outputs& out);
  void handle(const Now& now, OcppSeen& input, Outputs& out);
  void handle(const Now& now, CommitDone& input, Outputs& out);
  void handle(const Now& now, ReopenDone& input, Outputs& out);
  void handle(const Now& now, RecordsRead& input, Outputs& out);
  void handle(const Now& now, AttemptDone& input, Outputs& out);
  void handle(const Now& now, TimerDue& input, Outputs& out);
  void handle(const Now& now, ConfigReady& input, Outputs& out);
  void handle(const Now& now, ConfigRejected& input, Outputs& out);
  void handle(const Now& now, StatusAsked& input, Outputs& out);
  void handle(const Now& now, Stop& input, Outputs& out);

  void take_endpoints_into_use(const Now& now, model::Event told, std::optional<Release> answer);
  void announce(const Now& now, model::Event event);
  void take(const Now& now, pipeline::PipelineOutputs& made);
  void step_ocpp(const Now& now, ocpp::Input input, Outputs& out);
  void tell_ocpp_of_journal(const Now& now, Outputs& out);
  void refuse_apply(Token token, Outputs& out);
  void tell_what_is_dropped(const ConfigGeneration& next, std::vector<std::string>& lines) const;
  void after_intake(const Now& now, journal::IntakeOutputs& done, Outputs& out);
  void settle(const Now& now, const journal::Settled& settled, Outputs& out);
  void use_new_set(const Now& now, std::uint64_t number, Outputs& out);
  void hand_to_streams(const Now& now, const journal::Batch& batch, Outputs& out);
  void carry_out(delivery::DeliveryOutputs& wanted, Outputs& out);
  void finish(const Now& now, Outputs& out);
  [[nodiscard]] std::vector<journal::Trim> trims() const;

  CoreOptions options;
  ConfigPtr config;
  Now started_at;
  std::string applied_by = "start";
  model::WallTime applied_at;
  bool running_on_last_good;
  std::uint64_t store_id;
  GatewayEvents events;
  EndpointNumbers numbers;
  journal::Intake intake;
  pipeline::Pipeline pipeline;
  delivery::Streams streams;
  Reads reads;
  Admission admission;
  ocpp::Sessions ocpp_sessions;
  bool ocpp_told_refusing = false;
  std::map<std::uint64_t, NewSet> new_sets;  ///< by the number of their waiter
  std::uint64_t next_set = 1;
  bool stopping = false;
};

Core::Impl::Impl(ConfigPtr first_config, journal::StoredState stored, CoreOptions given, const Now& started)
    : options(std::move(given)),
      config(std::move(first_config)),
      started_at(started),
      applied_at(started.wall),
      running_on_last_good(options.running_on_last_good),
      store_id(stored.store_id),
      events(stored.store_id, stored.boot, options.version),
      numbers(stored.kv),
      intake(stored, started),
      pipeline(config->site, config->rules, events.store(), events.run()),
      streams(stored.store_id, sender_of(*config, options), options.seed),
      admission(intake),
      ocpp_sessions(ocpp_config_of(config), config->site, stored.store_id, stored.kv) {
  streams.restore(std::move(stored.streams));
  pipeline::PipelineOutputs made;
  pipeline.restore(started, stored.kv, made);
  pipeline.configure(started, config->rules, config->telemetry, made);
  take(started, made);
  take_endpoints_into_use(started, events.started(started, *config, stored.created, stored.clean_stop), std::nullopt);
}

/// No delivery of a new set starts before the rows of its streams are durable.
void Core::Impl::take_endpoints_into_use(const Now& now, model::Event told, std::optional<Release> answer) {
  std::array<model::Sequence, model::event_class_count> end{};
  for (std::size_t i = 0; i < end.size(); ++i) end[i] = intake.log(static_cast<EventClass>(i)).last_sequence;
  announce(now, std::move(told));
  journal::Settings settings;
  settings.kv = numbers.give(config->endpoints);
  settings.streams = streams.configure(config->endpoints, numbers.all(), end, sender_of(*config, options));
  settings.waiter = make_waiter(WaiterKind::endpoints, next_set);
  new_sets[next_set++] = {!settings.streams.empty(), std::move(answer)};
  intake.put(now, std::move(settings));
}

void Core::Impl::announce(const Now& now, model::Event event) {
  journal::Entry entry;
  entry.events.push_back(std::move(event));
  static_cast<void>(admission.offer(now, std::move(entry)));  // what is refused is counted
}

void Core::Impl::handle(const Now& now, EventSeen& input, Outputs& out) {
  journal::Entry entry;
  entry.events.push_back(std::move(input.event));
  entry.waiter = make_waiter(WaiterKind::source, static_cast<std::uint64_t>(input.token));
  if (input.token != nobody) entry.repeats = journal::Repeats::yes;
  const auto admitted = admission.offer(now, std::move(entry));
  if (!admitted && input.token != nobody) out.releases.push_back({input.token, Refused{admitted.error().message}});
}

void Core::Impl::handle(const Now& now, OcppSeen& input, Outputs& out) { step_ocpp(now, std::move(input.input), out); }

void Core::Impl::step_ocpp(const Now& now, ocpp::Input input, Outputs& out) {
  ocpp::Outputs made;
  ocpp_sessions.step(now, std::move(input), made);
  std::ranges::move(made.commands, std::back_inserter(out.ocpp));
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

void Core::Impl::handle(const Now& now, ReadingsSeen& input, Outputs&) {
  pipeline::PipelineOutputs made;
  pipeline.on_readings(now, input.readings, made);
  take(now, made);
}

/// An alarm and its state go into one entry. Telemetry may be refused: it is the first to go when space is short.
void Core::Impl::take(const Now& now, pipeline::PipelineOutputs& made) {
  if (!made.alarms.empty() || !made.alarm_state.empty()) {
    journal::Entry entry;
    entry.events = std::move(made.alarms);
    for (auto& change : made.alarm_state) entry.kv.push_back({std::move(change.key), std::move(change.value)});
    admission.keep(now, std::move(entry));
  }
  for (auto& batch : made.telemetry) announce(now, std::move(batch));
}

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

void Core::Impl::use_new_set(const Now& now, std::uint64_t number, Outputs& out) {
  auto taken = new_sets.extract(number);
  if (taken.mapped().has_new_streams) {
    delivery::DeliveryOutputs wanted;
    streams.rows_committed(now, wanted);
    carry_out(wanted, out);
  }
  if (taken.mapped().answer) out.releases.push_back(std::move(*taken.mapped().answer));
}

void Core::Impl::hand_to_streams(const Now& now, const journal::Batch& batch, Outputs& out) {
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

void Core::Impl::handle(const Now& now, AttemptDone& input, Outputs& out) {
  delivery::DeliveryOutputs wanted;
  streams.attempt_done(now, input.result, wanted);
  carry_out(wanted, out);
}

void Core::Impl::handle(const Now& now, TimerDue&, Outputs& out) {
  pipeline::PipelineOutputs made;
  pipeline.on_timer(now, made);
  take(now, made);
  step_ocpp(now, ocpp::TimerDue{}, out);
  delivery::DeliveryOutputs wanted;
  streams.tick(now, wanted);
  carry_out(wanted, out);
  reads.ask_again(now, out.reads);
}

void Core::Impl::handle(const Now& now, ConfigReady& input, Outputs& out) {
  if (stopping) return refuse_apply(input.token, out);
  Applied answer{true, {}};
  applied_by = input.applied_by;
  applied_at = now.wall;
  running_on_last_good = false;
  auto changes = compare(*config, *input.config);
  answer.lines = std::move(changes.taken);
  tell_what_is_dropped(*input.config, answer.lines);
  config = std::make_shared<ConfigGeneration>(without_restart(*config, *input.config));
  out.config_taken = config;
  for (const auto& change : changes.needs_restart) answer.lines.push_back(change + " (takes effect after a restart)");
  if (answer.lines.empty()) answer.lines.emplace_back("nothing changed");
  for (const auto& line : answer.lines) out.log.push_back({LogLevel::info, "configuration: " + line});
  pipeline::PipelineOutputs made;
  pipeline.configure(now, config->rules, config->telemetry, made);
  take(now, made);
  ocpp_sessions.configure(ocpp_config_of(config), config->site);
  auto told = events.config_applied(now, *config, input.applied_by, answer.lines);
  std::optional<Release> release;
  if (input.token != nobody) release = Release{input.token, std::move(answer)};
  take_endpoints_into_use(now, std::move(told), std::move(release));
}

/// A removed endpoint takes its undelivered events with it: that is what was asked for, and it is said.
void Core::Impl::tell_what_is_dropped(const ConfigGeneration& next, std::vector<std::string>& lines) const {
  for (const auto& endpoint : streams.status()) {
    const bool stays =
        std::ranges::any_of(next.endpoints, [&](const auto& other) { return other.name == endpoint.name; });
    std::uint64_t undelivered = 0;
    for (const auto count : endpoint.undelivered_at_least) undelivered += count;
    if (stays || undelivered == 0) continue;
    lines.push_back("endpoint " + endpoint.name + " had at least " + std::to_string(undelivered) +
                    " undelivered events; they will not be sent");
  }
}

void Core::Impl::refuse_apply(Token token, Outputs& out) {
  if (token != nobody) out.releases.push_back({token, Applied{false, {"the gateway is stopping"}}});
}

void Core::Impl::handle(const Now& now, ConfigRejected& input, Outputs& out) {
  out.log.push_back(
      {LogLevel::error, "configuration refused, the running one stays: " +
                            (input.errors.empty() ? std::string{"no reason given"} : input.errors.front())});
  announce(now, events.config_rejected(now, *config, input.applied_by, input.errors));
  if (input.token != nobody) out.releases.push_back({input.token, Applied{false, std::move(input.errors)}});
}

void Core::Impl::handle(const Now& now, StatusAsked& input, Outputs& out) {
  StatusReport report;
  report.gateway_id = config->gateway.id;
  report.version = options.version;
  report.config_hash = config->hash;
  report.applied_by = applied_by;
  report.applied_at = applied_at;
  report.running_on_last_good = running_on_last_good;
  report.time_quality = now.quality;
  report.uptime = std::chrono::floor<std::chrono::seconds>(now.boot - started_at.boot);
  report.journal = intake.trouble();
  report.usage = intake.usage();
  for (std::size_t i = 0; i < report.classes.size(); ++i) {
    const auto& counters = admission.counters(static_cast<EventClass>(i));
    const auto& log = intake.log(static_cast<EventClass>(i));
    report.classes[i].admitted = counters.admitted;
    report.classes[i].refused = counters.refused;
    report.classes[i].stored = log.last_ordinal;
    report.classes[i].floor = log.floor_ordinal;
  }
  report.endpoints = streams.status();
  report.active_alarms = pipeline.engine().active_alarms().size();
  report.chargers = config->site.chargers.size();
  out.releases.push_back({input.token, std::move(report)});
}

void Core::Impl::handle(const Now& now, Stop&, Outputs& out) {
  if (std::exchange(stopping, true)) return;
  step_ocpp(now, ocpp::Stop{}, out);
  announce(now, events.stopping(now, *config));
  streams.stop();
  intake.stop();
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

std::vector<journal::Trim> Core::Impl::trims() const {
  if (intake.usage().ratio() <= journal::trim_above) return {};
  std::array<model::Sequence, model::event_class_count> nobody_needs{};
  std::array<journal::ClassLog, model::event_class_count> logs{};
  for (std::size_t i = 0; i < logs.size(); ++i) {
    nobody_needs[i] = streams.delivered_floor(static_cast<EventClass>(i));
    logs[i] = intake.log(static_cast<EventClass>(i));
  }
  return journal::trims_of_delivered(intake.usage(), nobody_needs, logs);
}

void Core::Impl::finish(const Now& now, Outputs& out) {
  admission.retry(now);
  tell_ocpp_of_journal(now, out);
  if (streams.has_changed_rows()) intake.move_cursors(now, streams.take_changed_rows());
  out.reopen_store = intake.reopen_due(now);
  journal::IntakeOutputs closing;
  out.commit = intake.close_batch(now, trims(), closing);
  for (const auto waiter : closing.refused) {
    out.releases.push_back({Token{number_of(waiter)}, Refused{"the journal is full"}});
  }
  out.stopped = stopping && intake.idle();
}

Core::Core(ConfigPtr config, journal::StoredState stored, CoreOptions options, const Now& started)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(stored), std::move(options), started)) {}

Core::~Core() = default;

void Core::step(const Now& now, Input input, Outputs& out) {
  std::visit([&](auto& kind) { impl_->handle(now, kind, out); }, input);
  impl_->finish(now, out);
}

std::optional<model::BootTime> Core::next_deadline() const {
  std::optional<model::BootTime> earliest = impl_->intake.next_deadline();
  for (const auto other : {impl_->streams.next_deadline(), impl_->reads.next_deadline(),
                           impl_->pipeline.next_deadline(), impl_->ocpp_sessions.next_deadline()}) {
    if (other && (!earliest || *other < *earliest)) earliest = other;
  }
  return earliest;
}

}  // namespace chargehook::core
