/// The judge has to notice: a sound story, told again with one thing wrong in it.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "court.hpp"
#include "judge/relay_judge.hpp"

namespace chargehook::simulation {
namespace {

TEST_CASE("a sound story is not complained of, also with a repetition and a crash in it") {
  Court court;
  const auto all = story();
  court.deliver(all[0]);
  const auto unheard = court.start(all[1]);
  court.deliveries.attempt_taken(unheard);
  court.deliveries.run_ended();
  court.deliver(all[1]);
  court.deliveries.attempt_ended(unheard, false);
  court.deliver(all[3]);
  court.deliver(all[2]);
  CHECK(court.deliveries.is_at_rest());
  court.deliveries.close();
  CHECK(court.complaints.kept() == std::vector<std::string>{});
}

/// One fault, planted in what is delivered.
struct Planted {
  const char* what;
  std::function<void(std::vector<Sent>&)> plant;
  const char* complaint;
};

const std::vector<Planted> planted_faults{
    {"dropped at the end", [](auto& all) { all.pop_back(); }, "lost: pay-4"},
    {"dropped in between", [](auto& all) { all.erase(all.begin() + 1); }, "n 2: was never sent"},
    {"two of a device swapped", [](auto& all) { std::swap(all[0], all[2]); }, "of the same terminal/T-1"},
    {"under another id", [](auto& all) { all[2].id = "evt_other"; }, "known as evt_3"},
    {"two events under one n", [](auto& all) { all.push_back(all[1]), all.back().id = "evt_1"; },
     "came again as evt_1"},
    {"renumbered", [](auto& all) { all[3].n = 5; }, "n 4: was never sent"},
    {"numbers swapped", [](auto& all) { std::swap(all[1].n, all[2].n); }, "hash does not follow"},
    {"the chain broken", [](auto& all) { all[2].link[3] ^= 1U; }, "hash does not follow"},
    {"the chain begun anew", [](auto& all) { all[2].before = first_link(stream); }, "prevhash"},
    {"another sequence", [](auto& all) { all.push_back(all[1]), all.back().sequence = 900; }, "another sequence"},
    {"sequences swapped", [](auto& all) { std::swap(all[1].sequence, all[2].sequence); }, "sequence does not rise"},
    {"another content", [](auto& all) { all[3].reference = "pay-9"; }, "nobody handed in pay-9"},
    {"stored twice",
     [](auto& all) {
       auto again = all[0];
       again.n = 5, again.sequence = 105, again.before = all[3].link;
       again.link = next_link(again.before, again.n, again.id);
       all.push_back(again);
     },
     "evt_1: is n 5 of"},
    {"the content of another", [](auto& all) { all[3].reference = "pay-1"; }, "delivered as evt_4"},
};

TEST_CASE("each fault planted in the deliveries is noticed") {
  for (const auto& fault : planted_faults) {
    CAPTURE(fault.what);
    Court court;
    auto all = story();
    fault.plant(all);
    for (const auto& sent : all) court.deliver(sent);
    court.deliveries.close();
    CHECK(court.heard(fault.complaint));
  }
}

TEST_CASE("two attempts of a device at once are noticed") {
  Court court;
  const auto all = story();
  court.start(all[0]);
  court.start(all[2]);
  CHECK(court.heard("was under way"));
}

TEST_CASE("an event that goes before an earlier one of its device is acknowledged is noticed") {
  Court court;
  const auto all = story();
  court.deliveries.attempt_ended(court.start(all[0]), false);
  court.deliver(all[2]);
  CHECK(court.heard("overtook n 1"));
}

TEST_CASE("a told sequence that is not above those told before is noticed") {
  Court court;
  court.deliveries.offered("pay-5", "payment.completed", "{}");
  court.deliveries.accepted("pay-5", "evt_5", 103);
  CHECK(court.heard("is not above 104"));
}

TEST_CASE("a source that is told another sequence when it repeats is noticed") {
  Court court;
  court.deliveries.offered("pay-4", "payment.completed", "{}");
  court.deliveries.accepted("pay-4", "evt_4", 105);
  CHECK(court.heard("accepted as 105, before as 104"));
}

TEST_CASE("a revision that comes under another id is noticed") {
  Court court;
  court.deliveries.offered_revision("pay-4b", "payment.completed", "{}", "evt_4~2");
  court.deliveries.accepted("pay-4b", "evt_4", 105);
  CHECK(court.heard("accepted as evt_4, before as evt_4~2"));
}

TEST_CASE("a stream that begins anew without reason is noticed") {
  Court court;
  auto all = story();
  court.deliver(all[0]);
  std::string body = all[1].body();
  body.replace(body.find("billing/1\""), 9, "billing/2");
  court.deliveries.attempt_started(99, "billing", body);
  CHECK(court.heard("billing/2 instead of"));
}

TEST_CASE("a frame that is changed, or overtakes, is noticed") {
  Complaints complaints;
  RelayJudge relay{complaints};
  relay.sent(1, Toward::csms, "a");
  relay.sent(1, Toward::csms, "b");
  relay.arrived(1, Toward::csms, "b");
  CHECK(complaints.count() == 1);
  relay.arrived(1, Toward::csms, "a");
  CHECK(complaints.count() == 1);
}

struct PlantedInStore {
  const char* what;
  std::function<void(StoreSnapshot&)> plant;
  const char* complaint;
};

const std::vector<PlantedInStore> planted_in_store{
    {"a record is gone", [](auto& store) { store.logs[0].erase(store.logs[0].begin() + 1); }, "has ordinal 3, not 2"},
    {"two are swapped", [](auto& store) { std::swap(store.logs[0][1].sequence, store.logs[0][2].sequence); },
     "sequence 102 is not evt_2"},
    {"one is there twice", [](auto& store) { store.logs[1].push_back(store.logs[0][0]); }, "is in two logs"},
    {"an ordinal is another", [](auto& store) { store.logs[0][2].ordinal = 7; }, "has ordinal 7, not 3"},
    {"a cursor is beyond the end", [](auto& store) { store.streams[0].cursor = 105; },
     "is at 105, where no record was"},
    {"a record's opening has no row", [](auto& store) { store.boots.clear(); }, "is of no boot"},
    {"a record's opening lies between two boots of the machine",
     [](auto& store) {
       store.boots = {{0, {std::string(16, 'a')}}, {2, {std::string(16, 'b')}}};
     },
     "is of no boot"},
    {"a type has no name", [](auto& store) { store.types.clear(); }, "type without a name"},
    {"the cursor's hash is another", [](auto& store) { store.streams[0].link[9] ^= 1U; }, "cursor's hash is another"},
    {"the cursor's n is another", [](auto& store) { store.streams[0].n = 3, store.streams[0].link = story()[2].link; },
     "the log has 4"},
    {"the cursor went too far", [](auto& store) { store.streams[0].n = 5; }, "without acknowledgement"},
    {"an id of nothing",
     [](auto& store) {
       store.ids.push_back({20'786, 5, 105});
     },
     "there is and was no such event"},
    {"an id of another", [](auto& store) { store.ids[0].id = hash_of_text("evt_9"); }, "has another id"},
    {"an id of two days", [](auto& store) { store.ids.push_back(store.ids[0]), ++store.ids.back().day; },
     "is named twice"},
    {"an endpoint has no name", [](auto& store) { store.kv.clear(); }, "has no name"},
    {"trimmed beyond the cursor",
     [](auto& store) {
       store.floors[0] = {104, 4}, store.logs[0].clear();
       store.streams[0].cursor = 102;
     },
     "were trimmed that it had not delivered"},
};

/// The third, of terminal/T-1, is not delivered, and its row says so.
StoreSnapshot store_with_pend() {
  auto store = sound_store();
  const auto third = story()[2];
  store.pend.push_back({1, 0, 1, 3, third.sequence, hash_of_text(third.key), third.before});
  return store;
}

const std::vector<PlantedInStore> planted_in_pend{
    {"the row is missing", [](auto& store) { store.pend.clear(); }, "the cursor passed n 3 without acknowledgement"},
    {"it has another n", [](auto& store) { store.pend[0].n = 2; }, "pend n 2: its record is n 3"},
    {"another hash", [](auto& store) { store.pend[0].before[0] ^= 1U; }, "has another hash before it"},
    {"another key", [](auto& store) { ++store.pend[0].key; }, "has another partition key"},
    {"no record", [](auto& store) { store.pend[0].sequence = 99; }, "there is no record 99 for it"},
    {"beyond the cursor", [](auto& store) { store.pend[0].n = 5; }, "pend n 5: lies beyond the cursor"},
    {"twice", [](auto& store) { store.pend.push_back(store.pend[0]), store.pend[1].n = 2; },
     "two rows of pend name 103"},
    {"of no stream", [](auto& store) { store.pend[0].generation = 2; }, "pend n 3: belongs to no stream"},
    {"of a closed stream", [](auto& store) { store.streams[0].closed = true; }, "its stream is closed"},
};

TEST_CASE("what a cursor has passed has its row in pend, and each fault planted there is noticed") {
  const auto court_of = [](auto& court) {
    for (const auto& sent : story()) {
      if (sent.n != 3) court.deliver(sent);
    }
  };
  {
    Court court;
    court_of(court);
    StoreJudge{court.deliveries, court.complaints}.judge(store_with_pend());
    CHECK(court.complaints.kept() == std::vector<std::string>{});
  }
  for (const auto& fault : planted_in_pend) {
    CAPTURE(fault.what);
    Court court;
    court_of(court);
    auto store = store_with_pend();
    fault.plant(store);
    StoreJudge{court.deliveries, court.complaints}.judge(store);
    CHECK(court.heard(fault.complaint));
  }
}

TEST_CASE("each fault planted in the store is noticed, and a sound store is not complained of") {
  {
    Court court;
    for (const auto& sent : story()) court.deliver(sent);
    StoreJudge{court.deliveries, court.complaints}.judge(sound_store());
    CHECK(court.complaints.kept() == std::vector<std::string>{});
  }
  for (const auto& fault : planted_in_store) {
    CAPTURE(fault.what);
    Court court;
    for (const auto& sent : story()) court.deliver(sent);
    auto store = sound_store();
    fault.plant(store);
    StoreJudge{court.deliveries, court.complaints}.judge(store);
    CHECK(court.heard(fault.complaint));
  }
}

TEST_CASE("an accepted event that is neither stored nor delivered is noticed") {
  Court court;
  auto store = sound_store();
  store.logs[0].pop_back();
  store.streams.clear();
  StoreJudge{court.deliveries, court.complaints}.judge(store);
  CHECK(court.heard("evt_4 was accepted as 104, is not delivered and not there"));
}

TEST_CASE("a sequence that is another event after a crash is noticed") {
  Court court;
  for (const auto& sent : story()) court.deliver(sent);
  StoreJudge judge{court.deliveries, court.complaints};
  auto store = sound_store();
  judge.judge(store);
  store.logs[0][3].id = "evt_7";
  judge.judge(store);
  CHECK(court.heard("was evt_4 and is evt_7"));
}

/// A delivery as the judge of times sees it, of an event that happened at 00:00:10 and was stamped in 1970.
WireEvent timed(const std::string& id, const std::string& time, const std::string& quality) {
  WireEvent event;
  event.id = id;
  event.time = time;
  event.time_quality = quality;
  event.revises = revised_by(id);
  return event;
}

struct TimesCourt {
  TimesCourt() {
    times.machine_began();
    times.clock_is_known(3'600'000'000'000);
    times.handed_in("pay-1", 1'795'478'410'000'000'000);  // 2026-11-24T00:00:10Z
  }
  void send(const WireEvent& event) {
    times.first_sent(event);
    times.sent(event, "pay-1");
  }
  std::size_t complaints_after(const WireEvent& event) {
    send(event);
    times.close();
    return complaints.count();
  }

  Complaints complaints;
  TimeJudge times{complaints};
};

TEST_CASE("a time that went out unknown, and again as a clock that was right has it, is not complained of") {
  for (const char* time : {"2026-11-24T00:00:10.000Z", "2026-11-24T01:00:11.200Z"}) {
    TimesCourt court;
    court.send(timed("evt_1", "1970-01-01T00:00:10.000Z", "unknown"));
    CHECK(court.complaints_after(timed("evt_1~time", time, "corrected")) == 0);
  }
}

TEST_CASE("a corrected time that no clock had, a second revision, and one that is none are told") {
  TimesCourt wrong;
  CHECK(wrong.complaints_after(timed("evt_1", "2026-11-24T00:10:10.000Z", "corrected")) == 1);
  TimesCourt twice;
  twice.send(timed("evt_1", "1970-01-01T00:00:10.000Z", "unknown"));
  twice.send(timed("evt_1~time", "2026-11-24T00:00:10.000Z", "corrected"));
  CHECK(twice.complaints_after(timed("evt_1~time", "2026-11-24T00:00:10.000Z", "corrected")) == 1);
  TimesCourt not_corrected;
  CHECK(not_corrected.complaints_after(timed("evt_1~time", "1970-01-01T00:00:10.000Z", "unknown")) == 1);
  TimesCourt nameless;
  auto event = timed("evt_1~time", "2026-11-24T00:00:10.000Z", "corrected");
  event.revises.clear();
  CHECK(nameless.complaints_after(event) == 1);
}

}  // namespace
}  // namespace chargehook::simulation
