#include "ocpp/sessions.hpp"

#include <set>
#include <utility>

#include "model/event_id.hpp"
#include "ocpp/link_events.hpp"
#include "ocpp/target.hpp"
#include "ocpp/v16/start_transaction.hpp"

namespace chargehook::ocpp {
namespace {

constexpr LinkId starts{};  ///< in place of a link: the deadline is that of an unanswered start
constexpr std::uint16_t normal_closure = 1000;
constexpr std::uint16_t going_away = 1001;
constexpr std::uint16_t bad_gateway = 502;

/// A close code that may be written into a close frame; 1005, 1006 and the like only say what was seen. RFC 6455 §7.4.
std::uint16_t mirrored(std::uint16_t code) {
  const bool registered = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
  return registered || (code >= 3000 && code <= 4999) ? code : going_away;
}

}  // namespace

Sessions::Sessions(std::shared_ptr<const OcppConfig> config, const model::Site& site, std::uint64_t store_id,
                   const std::map<std::string, std::string>& stored) {
  around_.store = model::hex(store_id);
  configure(std::move(config), site);
  std::map<std::string, ChargerState> states;
  for (const auto& [key, value] : stored) restore_state(key, value, states);
  for (auto& [name, state] : states) stations_[name].state = std::move(state);
  for (auto& [name, station] : stations_) {
    station.around = &around_;
    station.name = name;
  }
}

void Sessions::configure(std::shared_ptr<const OcppConfig> config, const model::Site& site) {
  config_ = std::move(config);
  around_.site_id = site.id;
  around_.site_json = model::site_json(site);
  around_.persons_key = config_->persons_key;
  relay_.configure(*config_);
}

void Sessions::step(const model::Now& now, Input input, Outputs& out) {
  std::visit([&](auto& kind) { on(now, std::move(kind), out); }, input);
}

std::optional<model::BootTime> Sessions::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.top().at;
}

bool Sessions::is_connected(const std::string& charger_id) const { return open_.contains(safe_name(charger_id)); }
std::size_t Sessions::connected_chargers() const { return open_.size(); }

void Sessions::on(const model::Now& now, ChargerArrived input, Outputs& out) {
  Admission admission = stopping_ ? Admission{503, "stopping", {}} : admit(*config_, input, stations_.size());
  if (links_.size() >= config_->chargers_max) admission = {503, "too many connections", {}};
  if (admission.refused != 0) {
    ++relay_.counters().refused_here;
    out.log.push_back("a charger at " + input.remote_address + " was refused: " + admission.reason);
    out.commands.push_back(Refuse{input.link, admission.refused, std::move(admission.reason)});
    return;
  }
  dial(now, input, admission, out);
}

void Sessions::dial(const model::Now& now, const ChargerArrived& input, const Admission& admission, Outputs& out) {
  Link& link = links_[input.link];
  link.id = input.link;
  link.identity = admission.identity;
  link.offered = input.subprotocols;
  link.remote_address = input.remote_address;
  const UpstreamConfig& upstream = *upstream_of(*config_, find_charger(*config_, link.identity));
  const auto url = parse_upstream_url(upstream.url);
  if (!url) return refuse(link, bad_gateway, "the upstream's URL is not usable", out);
  link.is_secure = url->secure;
  link.dial_until = now.boot + config_->dial_timeout;
  deadlines_.push({link.dial_until, link.id});
  out.commands.push_back(Dial{link.id, url->secure, url->host, url->port, upstream_target(*url, input.target),
                              input.subprotocols, input.authorization, input.user_agent, config_->dial_timeout});
}

void Sessions::refuse(Link& link, int status, std::string reason, Outputs& out) {
  ++relay_.counters().refused_upstream;
  const LinkId id = link.id;
  out.commands.push_back(Refuse{id, status, std::move(reason)});
  links_.erase(id);
}

void Sessions::on(const model::Now&, UpstreamRefused input, Outputs& out) {
  Link* link = find(input.link);
  if (link == nullptr || link->phase != Phase::dialling) return;
  const bool says_status = input.status >= 400 && input.status <= 599;
  out.log.push_back("the upstream of charger " + safe_name(link->identity) +
                    " refused it: " + (says_status ? std::to_string(input.status) : input.reason));
  refuse(*link, says_status ? input.status : bad_gateway, "the upstream refused", out);
}

void Sessions::on(const model::Now& now, UpstreamAccepted input, Outputs& out) {
  Link* link = find(input.link);
  if (link == nullptr || link->phase != Phase::dialling) return;
  if (!was_offered(input.subprotocol, link->offered)) {
    out.commands.push_back(Close{link->id, Side::upstream, 1002, "subprotocol was not offered"});
    return refuse(*link, bad_gateway, "the upstream chose a subprotocol that was not offered", out);
  }
  link->subprotocol = std::move(input.subprotocol);
  open_link(now, *link, out);
}

void Sessions::open_link(const model::Now& now, Link& link, Outputs& out) {
  const std::string name = safe_name(link.identity);
  // Only now: whoever the upstream refuses cannot push out a charger that is connected.
  if (const auto old = open_.find(name); old != open_.end()) {
    ++relay_.counters().replaced;
    end_link(now, links_.at(old->second), "replaced", normal_closure, out);
  }
  link.station = &station_for(link.identity);
  link.phase = Phase::open;
  link.opened = now.boot;
  link.connection = ++link.station->state.connections;
  link.station->charger_changed = true;
  open_[name] = link.id;
  ++relay_.counters().connected;
  out.commands.push_back(Accept{link.id, link.subprotocol});
  Relay::tell_passing(link, out);
  if (link.subprotocol.empty()) out.log.push_back("charger " + name + " connected without a subprotocol");
  const Moment moment{now, link.connection, 0};
  Derived derived;
  derived.events.push_back(connected_event(*link.station, moment, {link.subprotocol, link.remote_address}));
  relay_.put_entry(*link.station, std::move(derived), no_hold, out);
}

Station& Sessions::station_for(const std::string& identity) {
  Station& station = stations_[safe_name(identity)];
  const ChargerConfig* charger = find_charger(*config_, identity);
  station.around = &around_;
  station.name = safe_name(identity);
  station.config = charger != nullptr ? *charger : ChargerConfig{};
  station.config.id = identity;
  const UpstreamConfig* upstream = upstream_of(*config_, charger);  // it may have gone while it was dialled
  station.csms = upstream != nullptr ? upstream->name : std::string{};
  return station;
}

void Sessions::on(const model::Now& now, MessageArrived input, Outputs& out) {
  Link* link = find(input.link);
  if (link == nullptr || link->phase != Phase::open) return;
  if (input.from == Side::charger) {
    relay_.from_charger(now, *link, std::move(input), out);
  } else {
    relay_.from_upstream(now, *link, std::move(input), out);
  }
  go_on(*link, out);
}

void Sessions::on(const model::Now& now, SideClosed input, Outputs& out) {
  Link* link = find(input.link);
  if (link == nullptr) return;
  if (input.oversize) ++relay_.counters().oversize;
  const std::uint16_t code = mirrored(input.code);
  const bool by_charger = input.side == Side::charger;
  if (link->phase == Phase::dialling) {
    if (!by_charger) return refuse(*link, bad_gateway, "the upstream closed at once", out);
    out.commands.push_back(Close{link->id, Side::upstream, going_away, "the charger is gone"});
    links_.erase(input.link);
    return;
  }
  if (by_charger) {
    out.commands.push_back(Close{link->id, Side::upstream, code, input.reason});
    if (link->phase == Phase::open) tell_end(now, *link, "charger_closed", input.code, out);
    links_.erase(input.link);
    return;
  }
  if (link->phase == Phase::closing) return;
  // What the upstream said before it left still reaches the charger, in order and as durable as ever.
  tell_end(now, *link, "upstream_closed", input.code, out);
  link->phase = Phase::closing;
  link->close_after = Close{link->id, Side::charger, code, std::move(input.reason)};
  forget_if_drained(*link, out);
}

/// The charger's connection is over as far as events go; the link itself may linger.
void Sessions::tell_end(const model::Now& now, Link& link, const char* reason, std::uint16_t code, Outputs& out) {
  open_.erase(link.station->name);
  const auto connected_for = std::chrono::floor<std::chrono::seconds>(now.boot - link.opened);
  Derived derived;
  derived.events.push_back(disconnected_event(*link.station, {now, link.connection, 0}, {reason, code, connected_for}));
  relay_.put_entry(*link.station, std::move(derived), no_hold, out);
}

void Sessions::end_link(const model::Now& now, Link& link, const char* reason, std::uint16_t code, Outputs& out) {
  if (link.phase == Phase::open) {
    tell_end(now, link, reason, code, out);
    out.commands.push_back(Close{link.id, Side::upstream, code, reason});
  }
  out.commands.push_back(Close{link.id, Side::charger, code, reason});
  links_.erase(LinkId{link.id});
}

void Sessions::forget_if_drained(Link& link, Outputs& out) {
  if (!link.close_after || !link.to_charger.empty()) return;
  const LinkId id = link.id;
  out.commands.push_back(std::move(*link.close_after));
  links_.erase(id);
}

void Sessions::on(const model::Now&, EntryDurable input, Outputs& out) {
  Link* link = find(relay_.settle(input.token));
  if (link == nullptr) return;
  relay_.durable(input.token, *link, out);
  go_on(*link, out);
}

void Sessions::on(const model::Now&, JournalState input, Outputs& out) {
  relay_.set_refusing(input.refusing);
  if (!input.refusing) return;
  for (const LinkId id : all_links()) {
    Link& link = links_.at(id);
    relay_.release_all(link, out);
    go_on(link, out);
  }
}

/// Only those whose time it is: a timer of the core is due many times a second, and there may be thousands of links.
void Sessions::on(const model::Now& now, TimerDue, Outputs& out) {
  std::set<LinkId> due;
  for (; !deadlines_.empty() && deadlines_.top().at <= now.boot; deadlines_.pop()) due.insert(deadlines_.top().link);
  for (const LinkId id : due) {
    if (Link* link = find(id)) on_due(now, *link, out);
  }
  if (due.contains(starts)) tell_unanswered_starts(now, out);
}

void Sessions::on_due(const model::Now& now, Link& link, Outputs& out) {
  if (link.phase == Phase::dialling && link.dial_until <= now.boot) {
    out.commands.push_back(Close{link.id, Side::upstream, going_away, "no answer in time"});
    return refuse(link, 504, "the upstream did not answer in time", out);
  }
  relay_.expire(now.boot, link, out);
  go_on(link, out);
}

void Sessions::tell_unanswered_starts(const model::Now& now, Outputs& out) {
  for (auto& [name, station] : stations_) {
    if (station.pending.empty()) continue;
    Derived derived;
    v16::tell_unanswered_starts(station, now, now.boot, derived);
    relay_.put_entry(station, std::move(derived), no_hold, out);
    watch(station);
  }
}

void Sessions::on(const model::Now& now, Stop, Outputs& out) {
  stopping_ = true;
  for (const LinkId id : all_links()) {
    Link& link = links_.at(id);
    if (link.phase == Phase::dialling) {
      out.commands.push_back(Close{id, Side::upstream, going_away, "stopping"});
      refuse(link, 503, "stopping", out);
    } else if (link.to_charger.empty()) {
      end_link(now, link, "stopping", going_away, out);
    } else if (link.phase == Phase::open) {
      // An answer that waits still reaches its charger, as durable as ever: the last commit releases it.
      tell_end(now, link, "stopping", going_away, out);
      out.commands.push_back(Close{id, Side::upstream, going_away, "stopping"});
      link.phase = Phase::closing;
      link.close_after = Close{id, Side::charger, going_away, "stopping"};
    }
  }
}

void Sessions::go_on(Link& link, Outputs& out) {
  if (link.phase == Phase::open) Relay::tell_passing(link, out);
  watch(link);  // what was second may be first now, with a time of its own
  forget_if_drained(link, out);
}

/// Makes sure that a timer is due when the first hold of the link, or its charger's first unanswered start, is over.
void Sessions::watch(Link& link) {
  const auto hold = link.to_charger.next_deadline();
  if (hold && hold != link.watched_hold) deadlines_.push({*hold, link.id});
  link.watched_hold = hold;
  if (link.station != nullptr) watch(*link.station);
}

void Sessions::watch(Station& station) {
  std::optional<model::BootTime> start;
  if (!station.pending.empty()) start = station.pending.front().until;
  if (start && start != station.watched_start) deadlines_.push({*start, starts});
  station.watched_start = start;
}

Link* Sessions::find(LinkId id) {
  const auto it = links_.find(id);
  return it == links_.end() ? nullptr : &it->second;
}

std::vector<LinkId> Sessions::all_links() const {
  std::vector<LinkId> out;
  out.reserve(links_.size());
  for (const auto& [id, link] : links_) out.push_back(id);
  return out;
}

}  // namespace chargehook::ocpp
