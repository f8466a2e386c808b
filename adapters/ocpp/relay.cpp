#include "ocpp/relay.hpp"

#include <utility>

#include "model/result.hpp"
#include "ocpp/frame.hpp"
#include "ocpp/v16/derivation.hpp"
#include "ocpp/v16/messages.hpp"

namespace chargehook::ocpp {

void Relay::configure(const OcppConfig& config) {
  hold_longest_ = config.hold_longest;
  start_answer_wait_ = config.start_answer_wait;
}

void Relay::from_charger(const model::Now& now, Link& link, MessageArrived arrived, Outputs& out) {
  Message& message = arrived.message;
  ++counters_.from_charger;
  ++link.messages_from_charger;
  const auto frame = message.text ? read_frame(message.bytes) : std::nullopt;
  if (!frame) {
    ++counters_.unparsed;
  } else if (frame->type == MessageType::call) {
    look_at_call(now, link, *frame, message, out);
  } else if (!link.upstream_calls.take(frame->id)) {
    ++counters_.orphan_answers;
  }
  if (!arrived.is_passed_on) out.commands.emplace_back(Send{link.id, Side::upstream, std::move(message)});
}

void Relay::look_at_call(const model::Now& now, Link& link, const Frame& frame, const Message& message, Outputs& out) {
  OpenCall call{frame.action, {}, link.messages_from_charger, no_hold, false};
  if (speaks_v16(link)) {
    Derived derived;
    const Moment moment{now, link.connection, link.messages_from_charger};
    const auto needs = v16::called(*link.station, frame, message.bytes, moment, now.boot + start_answer_wait_, derived);
    if (!needs.understood) ++counters_.not_understood;
    if (needs.keep_request) call.request = message.bytes;
    if (needs.hold_answer && !derived.events.empty()) call.token = next_token(link);
    call.may_hold = needs.keep_request || call.token != no_hold;
    put_entry(*link.station, std::move(derived), call.token, out);
  }
  if (!link.charger_calls.add(frame.id, std::move(call))) ++counters_.calls_forgotten;
}

void Relay::from_upstream(const model::Now& now, Link& link, MessageArrived arrived, Outputs& out) {
  Message& message = arrived.message;
  ++counters_.from_upstream;
  HoldToken wait_for = no_hold;
  const auto frame = message.text ? read_frame(message.bytes) : std::nullopt;
  if (!frame) {
    ++counters_.unparsed;
  } else if (frame->type != MessageType::call) {
    wait_for = look_at_answer(now, link, *frame, message, out);
  } else if (!link.upstream_calls.add(frame->id, OpenCall{frame->action, {}, 0, no_hold, false})) {
    ++counters_.calls_forgotten;
  }
  if (refusing_ || !not_durable_.contains(wait_for)) wait_for = no_hold;
  if (wait_for != no_hold) ++counters_.holds;
  if (arrived.is_passed_on) return CHARGEHOOK_ASSERT(wait_for == no_hold);
  std::vector<Message> through;
  counters_.hold_expired_full += link.to_charger.pass(std::move(message), wait_for, now.boot + hold_longest_, through);
  send_to_charger(link, std::move(through), out);
}

HoldToken Relay::look_at_answer(const model::Now& now, Link& link, const Frame& frame, const Message& message,
                                Outputs& out) {
  const auto call = link.charger_calls.take(frame.id);
  if (!call) {
    ++counters_.orphan_answers;
    return no_hold;
  }
  if (frame.type == MessageType::error || !speaks_v16(link)) return call->token;
  Derived derived;
  const Moment moment{now, link.connection, call->ordinal};
  const auto needs = v16::answered(*link.station, *call, message.bytes, moment, derived);
  if (!needs.understood) ++counters_.not_understood;
  note_told_time(link, *call, message, out);
  const HoldToken token = needs.hold ? next_token(link) : no_hold;
  put_entry(*link.station, std::move(derived), token, out);
  return token != no_hold ? token : call->token;
}

void Relay::note_told_time(const Link& link, const OpenCall& call, const Message& message, Outputs& out) {
  if (call.action != "Heartbeat" && call.action != "BootNotification") return;
  if (const auto told = v16::read_current_time(message.bytes)) out.told_time = ToldTime{*told, link.is_secure};
}

HoldToken Relay::next_token(const Link& link) {
  const HoldToken token{++last_token_};
  not_durable_.emplace(token, link.id);
  return token;
}

void Relay::tell_passing(Link& link, Outputs& out) {
  const bool at_once = link.to_charger.empty() && !link.charger_calls.may_hold();
  if (std::exchange(link.passes_on, at_once) != at_once) out.commands.emplace_back(PassOn{link.id, at_once});
}

void Relay::put_entry(Station& station, Derived derived, HoldToken token, Outputs& out) {
  Entry entry{std::move(derived.events), take_state(station), token};
  if (entry.events.empty() && entry.state.empty() && token == no_hold) return;
  out.entries.push_back(std::move(entry));
}

LinkId Relay::settle(HoldToken token) {
  const auto known = not_durable_.find(token);
  if (known == not_durable_.end()) return LinkId{};
  const LinkId link = known->second;
  not_durable_.erase(known);
  return link;
}

void Relay::durable(HoldToken token, Link& link, Outputs& out) {
  std::vector<Message> through;
  link.to_charger.release(token, through);
  send_to_charger(link, std::move(through), out);
}

void Relay::release_all(Link& link, Outputs& out) {
  std::vector<Message> through;
  counters_.hold_expired_refusing += link.to_charger.release_all(through);
  send_to_charger(link, std::move(through), out);
}

void Relay::expire(model::BootTime now, Link& link, Outputs& out) {
  std::vector<Message> through;
  counters_.hold_expired_time += link.to_charger.expire(now, through);
  send_to_charger(link, std::move(through), out);
}

void Relay::send_to_charger(Link& link, std::vector<Message> messages, Outputs& out) {
  for (Message& message : messages) out.commands.emplace_back(Send{link.id, Side::charger, std::move(message)});
}

}  // namespace chargehook::ocpp
