#include <doctest/doctest.h>

#include <algorithm>

#include "world.hpp"

namespace chargehook::core {
namespace {

const auto config = depot({endpoint("billing", "payment.*, session.*")});

std::vector<Stored> stored_answers(const World& world, Token token) {
  std::vector<Stored> out;
  for (const auto& release : world.releases_) {
    const auto* stored = std::get_if<Stored>(&release.answer);
    if (stored != nullptr && release.token == token) out.push_back(*stored);
  }
  return out;
}

std::size_t times_stored(const World& world, const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      world.store_.records(), [&](const auto& record) { return record->event.data.find(text) != std::string::npos; }));
}

model::Event corrected(const std::string& reference) {
  auto event = payment(reference);
  event.data = R"({"reference":")" + reference + R"(","corrected":true})";
  return event;
}

}  // namespace

TEST_CASE("a source that repeats an event is answered at once, as the first time, and it is delivered once") {
  World world{config};
  world.run();
  world.step(EventSeen{payment("PSP-1"), Token{1}});
  world.run();
  const auto commits = world.store_.records().size();
  world.step(EventSeen{payment("PSP-1"), Token{2}});
  CHECK(world.commits_.empty());
  REQUIRE(stored_answers(world, Token{2}).size() == 1);
  CHECK(stored_answers(world, Token{2})[0].sequence == stored_answers(world, Token{1}).at(0).sequence);
  CHECK(stored_answers(world, Token{2})[0].event_id == payment("PSP-1").id);
  world.run();
  CHECK(world.store_.records().size() == commits);
  CHECK(world.received("PSP-1") == 1);
}

TEST_CASE("a source that repeats before the commit is answered with it") {
  World world{config};
  world.run();
  world.step(EventSeen{payment("PSP-1"), Token{1}});
  world.step(EventSeen{payment("PSP-1"), Token{2}});
  CHECK(world.releases_.empty());
  world.run();
  CHECK(stored_answers(world, Token{1}).size() == 1);
  CHECK(stored_answers(world, Token{2}).size() == 1);
  CHECK(times_stored(world, "PSP-1") == 1);
}

TEST_CASE("a repetition after a crash between commit and answer finds the event in the store") {
  fakes::FakeStore store;
  model::Sequence sequence = 0;
  {
    World first{config, &store};
    first.run();
    first.step(EventSeen{payment("PSP-1"), Token{1}});
    static_cast<void>(store.commit(*first.commits_.front()));  // and nobody hears of it
    sequence = store.records().back()->sequence;
  }
  World second{config, &store};
  second.step(EventSeen{payment("PSP-1"), Token{2}});
  REQUIRE(stored_answers(second, Token{2}).size() == 1);
  CHECK(stored_answers(second, Token{2})[0].sequence == sequence);
  second.run();
  CHECK(times_stored(second, "PSP-1") == 1);
  CHECK(second.received("PSP-1") == 1);
}

TEST_CASE("a repetition after a crash before the commit is an event like any other") {
  fakes::FakeStore store;
  {
    World first{config, &store};
    first.run();
    first.step(EventSeen{payment("PSP-1"), Token{1}});
  }
  World second{config, &store};
  second.step(EventSeen{payment("PSP-1"), Token{2}});
  CHECK(stored_answers(second, Token{2}).empty());
  second.run();
  CHECK(stored_answers(second, Token{2}).size() == 1);
  CHECK(times_stored(second, "PSP-1") == 1);
}

TEST_CASE("whoever waits for a commit that fails is answered when it succeeds") {
  World world{config};
  world.run();
  world.step(EventSeen{payment("PSP-1"), Token{1}});
  const auto batch = world.commits_.front();
  world.commits_.pop_front();
  world.step(EventSeen{payment("PSP-1"), Token{2}});
  world.step(CommitDone{{batch->id, journal::CommitStatus::failed, {}, {}, "EIO"}});
  world.step(EventSeen{payment("PSP-1"), Token{3}});
  const auto last = batch->records.front()->sequence - 1;
  SUBCASE("it is not in the store") { world.step(ReopenDone{{true, last, {100'000, 1}, {}}}); }
  SUBCASE("it is in the store") {
    static_cast<void>(world.store_.commit(*batch));
    world.step(ReopenDone{{true, last + 1, {100'000, 1}, {}}});
  }
  world.run();
  for (const auto token : {Token{1}, Token{2}, Token{3}}) CHECK(stored_answers(world, token).size() == 1);
  CHECK(times_stored(world, "PSP-1") == 1);
}

TEST_CASE("what did not fit is refused to all who wait for it, and taken when it comes again") {
  World world{config};
  world.run();
  world.step(EventSeen{payment("PSP-1"), Token{1}});
  world.step(EventSeen{payment("PSP-1"), Token{2}});
  while (!world.commits_.empty() && world.releases_.empty()) {  // first what makes room goes, and then the same again
    const auto batch = world.commits_.front();
    if (batch->records.empty()) {
      world.disk();
      continue;
    }
    world.commits_.pop_front();
    world.step(CommitDone{{batch->id, journal::CommitStatus::map_full, {}, {}, "no page is left"}});
  }
  REQUIRE(world.releases_.size() == 2);
  for (const auto& release : world.releases_) CHECK(std::holds_alternative<Refused>(release.answer));
  world.pass(31s);  // what nobody repeats is tried again after a pause
  world.run();
  world.step(EventSeen{payment("PSP-1"), Token{3}});
  world.run();
  CHECK(stored_answers(world, Token{3}).size() == 1);
  CHECK(times_stored(world, "PSP-1") == 1);
}

TEST_CASE("what is refused at the door is not known when it comes again") {
  World world{config};
  world.run();
  world.step(Stop{});
  world.step(EventSeen{payment("PSP-1"), Token{1}});
  world.step(EventSeen{payment("PSP-1"), Token{2}});
  REQUIRE(world.releases_.size() == 2);
  CHECK(std::holds_alternative<Refused>(world.releases_[1].answer));
}

TEST_CASE("other content under the same id is stored as a revision, told so and delivered") {
  World world{config};
  world.run();
  world.step(EventSeen{payment("PSP-1"), Token{1}});
  world.step(EventSeen{corrected("PSP-1"), Token{2}});
  world.run();
  world.step(EventSeen{corrected("PSP-1"), Token{3}});
  const auto id = payment("PSP-1").id;
  REQUIRE(stored_answers(world, Token{3}).size() == 1);
  CHECK(stored_answers(world, Token{3})[0].event_id == id + "~2");
  CHECK(stored_answers(world, Token{2}).at(0).sequence == stored_answers(world, Token{3})[0].sequence);
  world.run();
  CHECK(world.received(R"("corrected":true,"revises":")" + id + "\"") == 1);
  CHECK(world.received("PSP-1") == 2);
}

TEST_CASE("an event without anybody who waits for an answer is not looked up") {
  World world{config};
  world.run();
  world.step(EventSeen{payment("PSP-1")});
  world.step(EventSeen{payment("PSP-1")});
  world.run();
  CHECK(times_stored(world, "PSP-1") == 2);
}

TEST_CASE("status counts what came again") {
  World world{config};
  world.run();
  for (const auto token : {Token{1}, Token{2}}) world.step(EventSeen{payment("PSP-1"), token});
  world.step(EventSeen{corrected("PSP-1"), Token{3}});
  world.run();
  world.step(StatusAsked{Token{9}});
  const auto adapters = std::get<StatusReport>(world.releases_.back().answer).adapters;
  const auto found = std::ranges::find(adapters, "repetitions", &AdapterStatus::name);
  REQUIRE(found != adapters.end());
  CHECK(found->state == "2 events are known again");
  CHECK(found->counters == std::vector<AdapterCounter>{{"repeated", 1}, {"revised", 1}});
}

}  // namespace chargehook::core
