#include "sources.hpp"

#include <algorithm>
#include <utility>

#include "ingest/intake.hpp"

namespace chargehook::simulation {

using namespace std::chrono_literals;

namespace {

constexpr int keys_of_a_source = 3;
constexpr Moment answer_patience = 10s;

const std::vector<std::vector<std::string>> kinds{
    {"payment.completed", "payment.failed"},
    {"fault.raised", "fault.cleared"},
    {"user.created", "user.updated", "reservation.created"},
    {"payment.completed", "fault.raised", "reservation.created"},
};

}  // namespace

Sources::Sources(Schedule& schedule, Clock& clock, Random& random, FaultCounts& faults, DeliveryJudge& judge,
                 const model::Site& site, SourcesSetting setting, Give give)
    : schedule_(schedule),
      clock_(clock),
      random_(random),
      faults_(faults),
      judge_(judge),
      site_(site),
      setting_(setting),
      give_(std::move(give)) {
  for (int i = 0; i < setting_.count; ++i) {
    auto& source = sources_.emplace_back();
    source.name = "source-" + std::to_string(i);
    source.types = kinds[static_cast<std::size_t>(i) % kinds.size()];
  }
}

void Sources::start() {
  for (std::size_t i = 0; i < sources_.size(); ++i) next(i);
}

bool Sources::is_done() const {
  return finished_ && std::ranges::all_of(sources_, [](const auto& source) { return source.reference.empty(); });
}

void Sources::make(Source& source) {
  source.reference = source.name + "-" + std::to_string(++source.made);
  source.event_id = source.reference;
  source.subject = "terminal/" + source.name + "-" + std::to_string(random_.between(1, keys_of_a_source));
  source.type = random_.pick(source.types);
  source.was_accepted = false;
  source.is_revision = false;
  const std::string data = write(source);
  judge_.offered(source.reference, source.type, data);
}

/// @return the data in it
std::string Sources::write(Source& source) {
  const auto filler = static_cast<std::size_t>(random_.below(setting_.data_bytes_max + 1));
  const std::string data = R"({"reference":")" + source.reference + R"(","note":")" +
                           std::string(filler, static_cast<char>('a' + source.made % 26)) + "\"}";
  source.body = R"({"specversion":"1.0","id":")" + source.event_id + R"(","source":"/)" + source.name +
                R"(","type":"io.chargehook.)" + source.type + R"(","subject":")" + source.subject + R"(","data":)" +
                data + "}";
  return data;
}

/// Says something else under the id of what was accepted: it has to come as a revision of that.
void Sources::revise(std::size_t number, const std::string& accepted_id) {
  Source& source = sources_[number];
  source.reference += "-corrected";
  source.was_accepted = false;
  source.is_revision = true;
  std::string data = write(source);
  data.insert(data.size() - 1, R"(,"revises":")" + accepted_id + '"');
  judge_.offered_revision(source.reference, source.type, data, accepted_id + "~2");
  again(number, random_.between(Moment{1ms}, Moment{1s}));
}

void Sources::next(std::size_t number) {
  Source& source = sources_[number];
  source.reference.clear();
  ++source.attempt;  // its timers are void
  if (finished_) return;
  make(source);
  again(number, random_.between(Moment{1ms}, setting_.pause_max));
}

void Sources::again(std::size_t number, Moment wait) {
  const auto attempt = ++sources_[number].attempt;
  schedule_.after(wait, [this, number, attempt] {
    if (sources_[number].attempt == attempt) hand_in(number);
  });
}

void Sources::hand_in(std::size_t number) {
  Source& source = sources_[number];
  auto event = ingest::read_cloud_event(site_, "application/cloudevents+json", source.body, clock_.now());
  CHARGEHOOK_ASSERT(event.has_value());
  judge_.offered(source.reference, source.type, {});
  judge_.times().handed_in(source.reference, clock_.true_time().time_since_epoch().count());
  source.token = next_token_++;
  waiting_[source.token] = number;
  again(number, answer_patience);  // if no answer comes
  if (!give_(core::EventSeen{std::move(event).value(), core::Token{source.token}})) {
    waiting_.erase(source.token);
    again(number, random_.between(Moment{200ms}, Moment{2s}));
  }
}

void Sources::release(const core::Release& release) {
  const auto waiting = waiting_.extract(static_cast<std::uint64_t>(release.token));
  if (waiting.empty()) return;
  const std::size_t number = waiting.mapped();
  Source& source = sources_[number];
  if (source.token != static_cast<std::uint64_t>(release.token)) return;  // it gave up waiting and hands in again
  if (!finished_ && random_.per_mille(20)) {
    faults_.note(Fault::answer_lost);
    return again(number, random_.between(Moment{10ms}, Moment{3s}));
  }
  const auto* stored = std::get_if<core::Stored>(&release.answer);
  if (stored == nullptr) return again(number, std::get<core::Refused>(release.answer).retry_after);
  judge_.accepted(source.reference, stored->event_id, stored->sequence);
  if (!source.was_accepted) ++accepted_;
  source.was_accepted = true;
  if (!finished_ && random_.per_mille(10)) {
    faults_.note(Fault::source_repeats);
    return again(number, random_.between(Moment{1ms}, Moment{1s}));
  }
  if (!finished_ && !source.is_revision && random_.per_mille(10)) {
    faults_.note(Fault::source_revises);
    return revise(number, stored->event_id);
  }
  next(number);
}

void Sources::run_ended() {
  waiting_.clear();
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (sources_[i].reference.empty()) continue;
    again(i, random_.between(Moment{500ms}, Moment{3s}));
  }
}

}  // namespace chargehook::simulation
