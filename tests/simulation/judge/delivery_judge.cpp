#include "judge/delivery_judge.hpp"

#include <algorithm>
#include <optional>

namespace chargehook::simulation {

std::string class_of(const std::string& type) {
  if (type.starts_with("session.") || type.starts_with("payment.")) return "billing";
  return type.starts_with("fault.") ? "safety" : "state";
}

namespace {

bool wants(const Wish& wish, const std::string& type) {
  return std::ranges::any_of(wish.type_prefixes, [&](const auto& prefix) { return type.starts_with(prefix); });
}

}  // namespace

DeliveryJudge::DeliveryJudge(std::vector<Wish> wishes, Complaints& complaints, HeldFiles* held)
    : wishes_(std::move(wishes)), complaints_(complaints), held_(held), times_(complaints) {}

void DeliveryJudge::offered(const std::string& reference, const std::string& type, const std::string& data) {
  offers_.try_emplace(reference, Offer{type, data, {}, highest_told_, 0});
}

void DeliveryJudge::offered_revision(const std::string& reference, const std::string& type, const std::string& data,
                                     const std::string& id) {
  offers_.try_emplace(reference, Offer{type, data, id, highest_told_, 0});
}

void DeliveryJudge::accepted(const std::string& reference, const std::string& id, std::uint64_t sequence) {
  Offer& offer = offers_.at(reference);
  if (!offer.id.empty() && offer.id != id)
    complaints_.say(reference + ": accepted as " + id + ", before as " + offer.id);
  const auto [other, is_new] = reference_of_id_.try_emplace(id, reference);
  if (!is_new && other->second != reference) complaints_.say(reference + ": has the id of " + other->second);
  if (sequence <= offer.highest_told) {
    complaints_.say(reference + ": sequence " + std::to_string(sequence) + " is not above " +
                    std::to_string(offer.highest_told) + ", which was told before it was handed in");
  }
  if (offer.sequence != 0 && offer.sequence != sequence) {
    complaints_.say(reference + ": accepted as " + std::to_string(sequence) + ", before as " +
                    std::to_string(offer.sequence));
  }
  offer.id = id;
  offer.sequence = sequence;
  highest_told_ = std::max(highest_told_, sequence);
  accepted_.push_back({id, sequence, offer.type});
  want(reference, offer.type);
  for (const auto& wish : wishes_) {  // a repetition is told what became of the first: its gap may be told already
    if (is_told_lost(wish.endpoint, accepted_.back())) missing_.erase({wish.endpoint, reference});
  }
}

void DeliveryJudge::promised(const std::string& reference, const std::string& type) { want(reference, type); }

void DeliveryJudge::want(const std::string& reference, const std::string& type) {
  for (const auto& wish : wishes_) {
    const std::pair wanted{wish.endpoint, reference};
    if (!wants(wish, type) || taken_.contains(wanted) || is_told_carried_out(wish.endpoint, reference)) continue;
    missing_.insert(wanted);
  }
}

bool DeliveryJudge::is_delivered(const Accepted& accepted) const {
  return std::ranges::all_of(wishes_, [&](const auto& wish) {
    return !wants(wish, accepted.type) || taken_ids_.contains({wish.endpoint, accepted.id}) ||
           is_told_lost(wish.endpoint, accepted);
  });
}

/// Billing is not lost by being told so: it has to lie in a file.
bool DeliveryJudge::is_told_lost(const std::string& endpoint, const Accepted& accepted) const {
  const auto told = gaps_.find(endpoint);
  return told != gaps_.end() && std::ranges::any_of(told->second, [&](const auto& gap) {
           return gap.from_sequence <= accepted.sequence && accepted.sequence <= gap.to_sequence &&
                  gap.event_class == class_of(accepted.type) &&
                  (gap.event_class != "billing" || (held_ != nullptr && held_->holds(accepted.sequence, accepted.id)));
         });
}

/// For what was promised without a sequence: its file has one.
bool DeliveryJudge::is_told_carried_out(const std::string& endpoint, const std::string& reference) const {
  const auto told = gaps_.find(endpoint);
  const std::uint64_t sequence = held_ == nullptr || told == gaps_.end() ? 0 : held_->sequence_of(reference);
  return sequence != 0 && std::ranges::any_of(told->second, [&](const auto& gap) {
           return gap.event_class == "billing" && gap.from_sequence <= sequence && sequence <= gap.to_sequence;
         });
}

/// Billing goes into files, and nothing else does.
void DeliveryJudge::check_files(const WireEvent& event, const WireGap& gap) {
  if ((gap.event_class == "billing") != (gap.reason == "carried_out") ||
      gap.files.empty() != (gap.reason != "carried_out")) {
    complaints_.say(event.id + ": a gap of " + gap.event_class + ", " + gap.reason + ", with " +
                    std::to_string(gap.files.size()) + " files");
  }
  for (const auto& file : gap.files) {
    if (held_ == nullptr || !held_->is_there(file))
      complaints_.say(event.id + ": names " + file + ", which is not there");
  }
}

/// It tells its own endpoint of its own class. What it says is as good as a delivery.
void DeliveryJudge::check_gap(const std::string& endpoint, const WireEvent& event) {
  if (event.type != "delivery.gap") return;
  const auto gap = read_wire_gap(event.data);
  if (!gap) return complaints_.say(event.id + ": not a gap: " + event.data.substr(0, 300));
  if (event.subject != "endpoint/" + endpoint || gap->stream.find("/" + endpoint + "/") == std::string::npos) {
    complaints_.say(event.id + ": tells " + endpoint + " of the gap of " + gap->stream);
  }
  if (gap->event_class != event.event_class) {
    complaints_.say(event.id + ": a gap of " + gap->event_class + " among " + event.event_class);
  }
  check_files(event, *gap);
  if (!streams_.contains(gap->stream)) streams_.try_emplace(gap->stream, gap->stream, complaints_, held_);
  streams_.at(gap->stream).lost(*gap);
  gaps_[endpoint].push_back(*gap);
  for (const auto& accepted : accepted_) {
    if (is_told_lost(endpoint, accepted)) missing_.erase({endpoint, reference_of_id_.at(accepted.id)});
  }
  std::erase_if(missing_, [&](const auto& wanted) {
    return wanted.first == endpoint && is_told_carried_out(endpoint, wanted.second);
  });
}

void DeliveryJudge::attempt_started(std::uint64_t attempt, const std::string& endpoint, std::string_view body) {
  const auto event = read_wire_event(body);
  if (!event) return complaints_.say("not an event: " + std::string{body.substr(0, 300)});
  check_content(*event);
  check_reference(*event);
  check_once(*event);
  check_only_stream(endpoint, *event);
  check_gap(endpoint, *event);
  streams_.try_emplace(event->stream, event->stream, complaints_, held_).first->second.started(*event);
  const bool is_revision = !revised_by(event->id).empty();
  times_.sent(*event, reference_of(*event));
  attempts_[attempt] = {endpoint,
                        event->stream,
                        event->n,
                        event->id,
                        is_revision ? std::string{} : reference_of(*event),
                        event->sequence,
                        event->time_quality == "unknown",
                        false};
}

/// What is stored is never rewritten: a sequence means the same at every endpoint and at every try. Only a time that
/// was not known may become another.
void DeliveryJudge::check_content(const WireEvent& event) {
  const auto [known, is_new] = contents_.try_emplace(event.sequence);
  Content& content = known->second;
  if (is_new) content = {event.id, event.type, event.subject, event.data};
  if (is_new) times_.first_sent(event);
  if (event.time_quality == "synced" &&
      times_known_.try_emplace(event.sequence, event.time).first->second != event.time) {
    complaints_.say("sequence " + std::to_string(event.sequence) + " has two times, and both were known");
  }
  if (content.id != event.id || content.type != event.type || content.subject != event.subject ||
      content.data != event.data) {
    const Content other{event.id, event.type, event.subject, event.data};
    complaints_.say("sequence " + std::to_string(event.sequence) + " is two things: " + content.text().substr(0, 200) +
                    " and " + other.text().substr(0, 200));
  }
}

void DeliveryJudge::check_reference(const WireEvent& event) {
  const std::string reference = event.type.starts_with("session.") ? std::string{} : reference_of(event);
  if (reference.empty()) return;
  const auto offer = offers_.find(reference);
  if (offer == offers_.end()) return complaints_.say(event.id + ": nobody handed in " + reference);
  const std::string revised = revised_by(event.id);
  const std::string& id = revised.empty() ? event.id : revised;
  if (offer->second.id.empty()) offer->second.id = id;
  if (offer->second.id != id) {
    complaints_.say(reference + ": delivered as " + event.id + ", known as " + offer->second.id);
  }
  if (offer->second.type != event.type || offer->second.data != event.data) {
    complaints_.say(reference + ": delivered as " + event.type + " " + event.data.substr(0, 200) + ", handed in as " +
                    offer->second.type + " " + offer->second.data.substr(0, 200));
  }
}

/// What sources and chargers repeat comes under one number.
void DeliveryJudge::check_once(const WireEvent& event) {
  if (!event.type.starts_with("session.") && reference_of(event).empty()) return;
  const auto [known, is_new] = number_of_.try_emplace({event.stream, event.id}, event.n);
  if (!is_new && known->second != event.n) {
    complaints_.say(event.id + ": is n " + std::to_string(event.n) + " of " + event.stream + " and n " +
                    std::to_string(known->second));
  }
}

/// Its filter never changes, so neither does the generation.
void DeliveryJudge::check_only_stream(const std::string& endpoint, const WireEvent& event) {
  const bool stays = std::ranges::any_of(wishes_, [&](const auto& wish) { return wish.endpoint == endpoint; });
  if (!stays) return;
  const auto [known, is_new] = only_stream_.try_emplace({endpoint, event.event_class}, event.stream);
  if (!is_new && known->second != event.stream) {
    complaints_.say("endpoint " + endpoint + ": stream " + event.stream + " instead of " + known->second);
  }
}

void DeliveryJudge::attempt_taken(std::uint64_t attempt) {
  const auto found = attempts_.find(attempt);
  if (found == attempts_.end()) return;
  const Attempt& taken = found->second;
  taken_ids_.insert({taken.endpoint, taken.id});
  if (taken.is_time_unknown) taken_unknown_.insert({taken.endpoint, taken.sequence});
  if (taken.reference.empty()) return;
  taken_.insert({taken.endpoint, taken.reference});
  missing_.erase({taken.endpoint, taken.reference});
}

std::vector<std::string> DeliveryJudge::not_told_again(std::uint64_t sequence, const std::string& id) const {
  std::vector<std::string> out;
  for (const auto& wish : wishes_) {
    if (!taken_unknown_.contains({wish.endpoint, sequence})) continue;
    if (!taken_ids_.contains({wish.endpoint, time_revision_of(id)})) out.push_back(wish.endpoint);
  }
  return out;
}

void DeliveryJudge::attempt_ended(std::uint64_t attempt, bool acknowledged) {
  const auto found = attempts_.find(attempt);
  if (found == attempts_.end()) return;
  if (!found->second.is_orphan) streams_.at(found->second.stream).ended(found->second.n, acknowledged);
  attempts_.erase(found);
}

void DeliveryJudge::run_ended() {
  for (auto& [name, stream] : streams_) stream.run_ended();
  for (auto& [number, attempt] : attempts_) attempt.is_orphan = true;
}

void DeliveryJudge::close() {
  times_.close();
  for (const auto& [endpoint, reference] : missing_) {
    complaints_.say("lost: " + reference + " was accepted and never came to " + endpoint);
  }
  for (const auto& [place, stream] : only_stream_) streams_.at(stream).close();
}

bool DeliveryJudge::is_at_rest() const {
  return missing_.empty() &&
         std::ranges::all_of(only_stream_, [&](const auto& place) { return streams_.at(place.second).is_at_rest(); });
}

const StreamJudge* DeliveryJudge::find_stream(const std::string& name) const {
  const auto found = streams_.find(name);
  return found == streams_.end() ? nullptr : &found->second;
}

}  // namespace chargehook::simulation
