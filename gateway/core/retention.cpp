#include <algorithm>
#include <utility>

#include "core/core_impl.hpp"
#include "core/eviction.hpp"

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
  if (stopping || intake.is_evicting()) return;
  const auto& limits = config->storage.keep;
  if (plan.is_idle() && retention.may_be_due(now, intake.usage(), intake.is_full(), limits)) {
    if (const auto order = retention.next(now, store_sight(), limits)) plan.begin(*order);
  }
  if (auto read = plan.want_read(now)) out.reads.push_back(*read);
  if (plan.is_complete()) finish_plan(now, out);
}

bool Core::Impl::is_worth_it() const {
  if (plan.records() == 0) return false;
  if (plan.order().cause != EvictionCause::space) return true;
  return plan.bytes() >= notice_bytes * std::max<std::size_t>(config->endpoints.size(), 1);
}

void Core::Impl::finish_plan(const Now& now, Outputs& out) {
  const auto order = plan.order();
  if (!is_worth_it()) {
    retention.not_worth_it(order, intake.log(order.event_class));
    return plan.abandon();
  }
  // What is under way ends by itself, and this is looked at again then.
  if (!streams.may_give_up() || !streams.hold_up_to(order.event_class, plan.up_to())) return;
  const auto given_up = streams.give_up(order.event_class, plan.items(), plan.up_to());
  streams.hold_up_to(order.event_class, 0);
  auto made = make_eviction(now, *config, plan, given_up, gaps, events);
  auto& counter = order.cause == EvictionCause::age ? losses.expired : losses.evicted;
  counter[static_cast<std::size_t>(order.event_class)] += made.lost;
  if (made.lost > 0) {
    out.log.push_back({LogLevel::warning, std::to_string(made.lost) + " undelivered " +
                                              std::string{to_string(order.event_class)} + " events " +
                                              (order.cause == EvictionCause::age ? "expired" : "went for want of space") +
                                              "; told to " + joined(made.endpoints)});
  }
  intake.evict(now, std::move(made.eviction));
  retention.carried_out(now, order, plan.has_met_limit());
  plan.abandon();
}

}  // namespace chargehook::core
