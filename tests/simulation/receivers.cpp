#include "receivers.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include "judge/wire_event.hpp"

namespace chargehook::simulation {

using namespace std::chrono_literals;
using delivery::AttemptRequest;
using delivery::Phase;

Receivers::Receivers(Schedule& schedule, Random& random, FaultCounts& faults, DeliveryJudge& judge, IsAlive is_alive,
                     Answer answer)
    : schedule_(schedule),
      random_(random),
      faults_(faults),
      judge_(judge),
      is_alive_(std::move(is_alive)),
      answer_(std::move(answer)) {}

Receivers::Mood Receivers::mood_of(const std::string& path) {
  if (healed_) return Mood::well;
  Receiver& receiver = receivers_[path];
  if (receiver.until > schedule_.now()) return receiver.mood;
  constexpr std::array moods{Mood::well, Mood::well,   Mood::well,     Mood::well,  Mood::down,
                             Mood::slow, Mood::erring, Mood::refusing, Mood::losing};
  receiver.mood = random_.pick(moods);
  receiver.until = schedule_.now() + random_.between(Moment{500ms}, Moment{20s});
  if (go_away_ && random_.per_mille(250)) {
    faults_.note(Fault::receiver_away);
    receiver.mood = Mood::down;
    receiver.until = schedule_.now() + random_.between(Moment{1min}, Moment{10min});
  }
  return receiver.mood;
}

void Receivers::fail(Fate& fate, Phase phase, int error, const char* reason) {
  fate.result.phase = phase;
  fate.result.error = error;
  fate.result.reason = reason;
}

void Receivers::answer(Fate& fate, int status) {
  fate.result.phase = Phase::answered;
  fate.result.status = status;
  fate.taken = status >= 200 && status <= 299;
}

/// The answer is lost, or the request.
Receivers::Fate Receivers::lost(const AttemptRequest& request) {
  Fate fate;
  fate.arrives = random_.between(Moment{1ms}, Moment{30ms});
  switch (random_.below(3)) {
    case 0:
      faults_.note(Fault::taken_then_timeout);
      fate.taken = true;
      fate.answered = request.total_deadline;
      fail(fate, Phase::read, ETIMEDOUT, "no answer in time");
      break;
    case 1:
      faults_.note(Fault::taken_then_reset);
      fate.taken = true;
      fate.answered = random_.between(Moment{0}, Moment{1s});
      fail(fate, Phase::read, ECONNRESET, "connection reset");
      break;
    default:
      faults_.note(Fault::request_lost);
      fate.answered = random_.between(Moment{0}, Moment{1s});
      fail(fate, Phase::write, EPIPE, "broken pipe");
  }
  return fate;
}

Receivers::Fate Receivers::fate(Mood mood, const AttemptRequest& request) {
  Fate fate;
  fate.arrives = random_.between(Moment{500us}, Moment{30ms});
  fate.answered = random_.between(Moment{500us}, Moment{30ms});
  switch (mood) {
    case Mood::well:
      answer(fate, random_.per_mille(900) ? 200 : 204);
      break;
    case Mood::down:
      if (random_.per_mille(700)) {
        faults_.note(Fault::receiver_down);
        fail(fate, Phase::connect, ECONNREFUSED, "connection refused");
      } else {
        faults_.note(Fault::name_unknown);
        fail(fate, Phase::resolve, -2, "name not known");
      }
      break;
    case Mood::erring: {
      if (random_.per_mille(300)) return this->fate(Mood::well, request);
      faults_.note(Fault::receiver_error);
      constexpr std::array statuses{500, 503, 429, 404, 401, 302};
      answer(fate, random_.pick(statuses));
      if (random_.per_mille(300)) fate.result.retry_after = std::to_string(random_.between(1, 20));
      break;
    }
    case Mood::refusing: {
      if (random_.per_mille(700)) return this->fate(Mood::well, request);
      faults_.note(Fault::receiver_refusal);
      constexpr std::array statuses{400, 409, 422};
      answer(fate, random_.pick(statuses));
      break;
    }
    case Mood::slow:
      faults_.note(Fault::receiver_slow);
      fate.arrives = random_.between(Moment{10ms}, Moment{2s});
      fate.answered = random_.between(Moment{10ms}, Moment{10s});
      answer(fate, 200);
      break;
    case Mood::losing:
      if (random_.per_mille(600)) return this->fate(Mood::well, request);
      return lost(request);
  }
  return fate;
}

bool Receivers::is_disliked(const std::string& path, std::string_view body) {
  const auto event = dislikes_ && !healed_ ? read_wire_event(body) : std::nullopt;
  if (!event) return false;
  const auto [known, is_new] = disliked_.try_emplace({path, event->id}, false);
  if (is_new) known->second = random_.per_mille(8);
  const auto first = first_disliked_.find(event->stream);
  if (first != first_disliked_.end() && event->n > first->second + 256) faults_.note(Fault::others_went_beyond);
  if (known->second) first_disliked_.try_emplace(event->stream, event->n);
  return known->second;
}

void Receivers::attempt(std::uint64_t run, const AttemptRequest& request) {
  const auto number = next_++;
  const std::string& path = request.request.url.target;
  judge_.attempt_started(number, path.substr(1), request.request.body);
  Fate fate = this->fate(mood_of(path), request);
  if (is_disliked(path, request.request.body) && fate.taken) {
    faults_.note(Fault::event_disliked);
    answer(fate, 422);
  }
  fate.result.id = request.id;
  fate.result.took = std::chrono::duration_cast<std::chrono::microseconds>(fate.arrives + fate.answered);
  const bool acknowledged = fate.result.phase == Phase::answered && fate.taken;
  if (fate.taken) schedule_.after(fate.arrives, [this, number] { judge_.attempt_taken(number); });
  schedule_.after(fate.arrives + fate.answered, [this, run, number, acknowledged, result = std::move(fate.result)] {
    const bool is_heard = is_alive_(run);
    judge_.attempt_ended(number, acknowledged && is_heard);
    if (is_heard) answer_(result);
  });
}

}  // namespace chargehook::simulation
