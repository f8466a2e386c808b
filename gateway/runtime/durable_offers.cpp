#include "runtime/durable_offers.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "journal/format/id_row.hpp"
#include "runtime/log.hpp"
#include "runtime/sampling.hpp"

namespace chargehook::runtime {

using core::LogLevel;

namespace {

std::size_t bytes_of(const model::Event& event) { return event.data.size() + 512; }

/// "3. event"
std::string counted(std::uint64_t count) { return std::to_string(count) + ". event "; }

}  // namespace

DurableOffers::DurableOffers(boost::asio::io_context& io, CoreLoop& loop, Answers& answers, OfferLimits limits)
    : loop_(loop), answers_(answers), limits_(limits), timer_(io) {}

void DurableOffers::offer(model::Event event, std::string source, Acknowledge acknowledge) {
  if (is_closed_) return;
  if (Waiting* const same = find_same(event)) {
    ++counters_.came_again;
    return same->acknowledge.push_back(std::move(acknowledge));
  }
  if (!has_room(event)) {
    if (is_worth_a_line(++counters_.left_out)) {
      log(LogLevel::error, source + ": " + counted(counters_.left_out) + event.id +
                               " is not taken, because too many wait for the journal");
    }
    return;
  }
  const Number number = next_++;
  bytes_ += bytes_of(event);
  by_id_.insert_or_assign(event.id, number);
  auto& waiting =
      waiting_.emplace(number, Waiting{std::move(event), std::move(source), {std::move(acknowledge)}}).first->second;
  // It does not pass one of the same device that was put off.
  if (put_off_by_key_.contains(waiting.event.partition_key)) return set_state(waiting, State::put_off);
  present(number);
}

/// With other content it is an event of its own, a revision: the core tells them apart.
DurableOffers::Waiting* DurableOffers::find_same(const model::Event& event) {
  const auto known = by_id_.find(event.id);
  if (known == by_id_.end()) return nullptr;
  Waiting& waiting = waiting_.at(known->second);
  return journal::content_hash(waiting.event) == journal::content_hash(event) ? &waiting : nullptr;
}

bool DurableOffers::has_room(const model::Event& event) const {
  return waiting_.size() < limits_.events && bytes_ + bytes_of(event) <= limits_.bytes;
}

void DurableOffers::set_state(Waiting& waiting, State state) {
  if (waiting.state == state) return;
  waiting.state = state;
  const auto count = put_off_by_key_.try_emplace(waiting.event.partition_key).first;
  state == State::put_off ? ++count->second : --count->second;
  if (count->second == 0) put_off_by_key_.erase(count);
}

void DurableOffers::present(Number number) {
  auto& waiting = waiting_.at(number);
  set_state(waiting, State::offered);
  const auto token = answers_.expect([this, number](const core::Release& release) { take_answer(number, release); });
  loop_.input(core::EventSeen{waiting.event, token});  // the answer may come from inside
}

void DurableOffers::take_answer(Number number, const core::Release& release) {
  auto& waiting = waiting_.at(number);
  const auto* refused = std::get_if<core::Refused>(&release.answer);
  if (refused != nullptr && refused->retry == core::Retry::later) return put_off(waiting, *refused);
  if (refused == nullptr) {
    ++counters_.stored;
  } else if (is_worth_a_line(++counters_.refused)) {
    log(LogLevel::error, waiting.source + ": " + counted(counters_.refused) + waiting.event.id +
                             " that can never be stored: " + refused->reason);
  }
  end(number);
}

void DurableOffers::put_off(Waiting& waiting, const core::Refused& refused) {
  set_state(waiting, State::put_off);
  if (is_worth_a_line(++counters_.put_off)) {
    log(LogLevel::warning, waiting.source + ": event " + waiting.event.id + " has to wait (" +
                               std::to_string(counters_.put_off) + ". time): " + refused.reason);
  }
  arm();
}

void DurableOffers::end(Number number) {
  auto ended = waiting_.extract(number);
  bytes_ -= bytes_of(ended.mapped().event);
  const auto newest = by_id_.find(ended.mapped().event.id);
  if (newest != by_id_.end() && newest->second == number) by_id_.erase(newest);
  for (const auto& acknowledge : ended.mapped().acknowledge) acknowledge();
}

void DurableOffers::arm() {
  if (is_closed_ || std::exchange(is_armed_, true)) return;
  timer_.expires_after(limits_.again_after);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    is_armed_ = false;
    present_again();
  });
}

/// In order; behind one that is refused again, those of the same device stay where they are.
void DurableOffers::present_again() {
  std::vector<Number> numbers;
  for (const auto& [number, waiting] : waiting_) {
    if (waiting.state == State::put_off) numbers.push_back(number);
  }
  std::set<std::string> blocked;
  for (const Number number : numbers) {
    const auto key = waiting_.at(number).event.partition_key;
    if (blocked.contains(key)) continue;
    present(number);
    const auto still = waiting_.find(number);
    if (still != waiting_.end() && still->second.state == State::put_off) blocked.insert(key);
  }
  if (!blocked.empty()) arm();
}

std::size_t DurableOffers::close() {
  is_closed_ = true;
  timer_.cancel();
  return waiting_.size();
}

}  // namespace chargehook::runtime
