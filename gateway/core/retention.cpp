#include <algorithm>
#include <utility>

#include "core/core_impl.hpp"
#include "core/retention/eviction.hpp"
#include "core/retention/loss_telling.hpp"

namespace chargehook::core {

namespace {

/// A gap event and its row take at most about so much: what goes has to be worth more.
constexpr std::uint64_t notice_bytes = 16 * 1024;

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out.append(out.empty() ? "" : ", ").append(name);
  return out;
}

}  // namespace

StoreSight Core::Impl::store_sight() const {
  StoreSight sight{intake.usage(), intake.is_full(), intake.boot(), {}, {}};
  for (std::size_t i = 0; i < sight.logs.size(); ++i) {
    sight.logs[i] = intake.log(static_cast<EventClass>(i));
    sight.delivered[i] = streams.delivered_floor(static_cast<EventClass>(i));
  }
  return sight;
}

/// Goes on with the records that are on their way out, or looks whether others have to go.
void Core::Impl::retain(const Now& now, Outputs& out) {
  if (intake.is_evicting()) return;
  if (evicted_class) streams.hold_up_to(*std::exchange(evicted_class, std::nullopt), 0);
  if (const auto* row = gaps.untold()) {
    return intake.evict(now, make_telling(now, *config, *row, numbers.all(), events));
  }
  if (stopping) return;
  const auto& limits = config->storage.keep;
  if (plan.is_idle() && retention.may_be_due(now, intake.usage(), intake.is_full(), limits)) {
    if (const auto order = retention.next(now, store_sight(), limits)) plan.begin(*order);
  }
  if (auto read = plan.want_read(now)) out.reads.push_back(*read);
  if (plan.is_complete()) finish_plan(now, out);
  retain_held_billing(now, out);
}

/// While records are on their way out nothing is looked for: what ends that is an input.
std::optional<model::BootTime> Core::Impl::next_look() const {
  if (stopping || intake.is_evicting() || !plan.is_idle()) return std::nullopt;
  return retention.next_deadline();
}

bool Core::Impl::is_worth_it() const {
  if (plan.records() == 0) return false;
  if (plan.order().cause != EvictionCause::space) return true;
  return plan.bytes() >= notice_bytes * std::max<std::size_t>(config->endpoints.size(), 1);
}

void Core::Impl::finish_plan(const Now& now, Outputs& out) {
  const auto order = plan.order();
  if (!is_worth_it()) {
    if (order.cause == EvictionCause::delivered && plan.is_nothing_there()) retention.nothing_there(order);
    retention.not_worth_it(order, intake.log(order.event_class));
    return plan.abandon();
  }
  if (!let_go(now, plan, {}, out)) return;
  retention.carried_out(now, order, plan.has_met_limit());
  plan.abandon();
}

/// Beside the rest, which must not wait for a file: billing that nobody has fetched for too long.
void Core::Impl::retain_held_billing(const Now& now, Outputs& out) {
  if (retention.is_held_due(now)) look_for_held_billing(now, out);
  if (auto read = held_billing.want_read(now)) out.reads.push_back(*read);
  if (auto file = held_billing.want_file(clock.boots())) out.held_file = std::move(*file);
  if (!held_billing.may_go() || intake.is_evicting()) return;
  const auto& gone = held_billing.plan();
  if (!let_go(now, gone, held_billing.path(), out)) return;
  retention.carried_out(now, gone.order(), gone.has_met_limit());
  held_billing.gone();
}

void Core::Impl::look_for_held_billing(const Now& now, Outputs& out) {
  if (!held_billing.is_idle()) return retention.put_off_held(now);
  const auto order = retention.held(now, store_sight(), config->storage.keep);
  order ? held_billing.begin(*order) : held_billing.nothing_is_held();
  out.count_held_files = held_billing.status().folder.files > 0;
}

void Core::Impl::handle(const Now& now, HeldFileWritten& input, Outputs& out) {
  const bool was_well = held_billing.status().problem.empty();
  if (!held_billing.file_written(input.result)) return;
  retention.put_off_held(now);
  if (!was_well) return;
  out.log.push_back(
      {LogLevel::warning, "billing that nobody fetches stays in the journal, its file cannot be written: " +
                              input.result.reason + "; it is tried again every 10 min"});
}

void Core::Impl::handle(const Now&, HeldFilesCounted& input, Outputs&) { held_billing.counted(input.files); }

/// @param file that the records were written to; empty: none
/// @return false if they have to wait: what is under way of them ends by itself, and this is asked again then
bool Core::Impl::let_go(const Now& now, const EvictionPlan& gone, const std::string& file, Outputs& out) {
  const auto& order = gone.order();
  if (!streams.may_give_up() || !streams.hold_up_to(order.event_class, gone.up_to())) return false;
  const auto given_up = streams.give_up(order.event_class, gone.items(), gone.up_to());
  evicted_class = order.event_class;
  auto made = make_eviction(now, *config, gone, given_up, gaps, events, file);
  count_loss(order, made, file, out);
  intake.evict(now, std::move(made.eviction));
  return true;
}

void Core::Impl::count_loss(const EvictionOrder& order, const EvictionMade& made, const std::string& file,
                            Outputs& out) {
  auto& counters = losses[static_cast<std::size_t>(order.event_class)];
  const bool is_old = order.cause == EvictionCause::age;
  if (file.empty()) (is_old ? counters.expired : counters.evicted) += made.lost;
  if (made.lost == 0) return;
  const std::string how = !file.empty() ? "were carried out to " + file : is_old ? "expired" : "went for want of space";
  out.log.push_back({LogLevel::warning, std::to_string(made.lost) + " undelivered " +
                                            std::string{to_string(order.event_class)} + " events " + how +
                                            "; told to " + joined(made.endpoints)});
}

ClassPressure Core::Impl::class_pressure(const Now& now, EventClass event_class, const StoreSight& store) const {
  const auto& lost = losses[static_cast<std::size_t>(event_class)];
  return {event_class, journal::admits(store.usage, 0, event_class), lost.evicted, lost.expired,
          outlook.of(event_class, now, store)};
}

/// Event and remembered level are one entry: a start knows what receivers were told last.
void Core::Impl::watch_pressure(const Now& now, Outputs& out) {
  if (outlook.is_sample_due(now)) outlook.sample(now, store_sight());
  const auto before = pressure;
  const auto level = journal::next_level(before, intake.usage());
  if (level == before || stopping) return;
  pressure = level;
  const auto sight = store_sight();
  StoragePressure told{level, before, sight.usage, {}};
  for (std::size_t i = 0; i < sight.logs.size(); ++i) {
    told.classes.push_back(class_pressure(now, static_cast<EventClass>(i), sight));
  }
  journal::Entry entry;
  entry.events.push_back(events.storage_pressure(now, *config, told));
  entry.kv.push_back({std::string{pressure_key}, std::string{to_string(level)}});
  entry.admit_as = EventClass::billing;
  admission.keep(now, std::move(entry));
  out.log.push_back({level > before ? LogLevel::warning : LogLevel::info,
                     "the journal is " + std::to_string(static_cast<int>(journal::fill(sight.usage) * 100)) +
                         " % full: " + std::string{journal::what_goes(level)}});
}

void Core::Impl::watch_outside_reader(Outputs& out) {
  const auto& usage = intake.usage();
  const bool is_held_now = journal::is_held(usage);
  if (is_held_now == std::exchange(is_held, is_held_now)) return;
  if (!is_held) {
    out.log.push_back({LogLevel::info, "the journal's free pages can be used again"});
    return;
  }
  out.log.push_back({LogLevel::warning, "process " + std::to_string(usage.outside_reader.pid) +
                                            " reads the journal's file itself: pages that become free cannot be used "
                                            "again before it ends"});
}

journal::PressureLevel remembered_pressure(const std::map<std::string, std::string>& kv) {
  const auto found = kv.find(std::string{pressure_key});
  for (int i = 0; found != kv.end() && i < journal::pressure_level_count; ++i) {
    const auto level = static_cast<journal::PressureLevel>(i);
    if (found->second == to_string(level)) return level;
  }
  return journal::PressureLevel::none;
}

}  // namespace chargehook::core
