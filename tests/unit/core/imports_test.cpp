#include "core/intake/imports.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "world.hpp"

namespace chargehook::core {
namespace {

constexpr std::uint64_t here = 0x9f3c5a0b11d2e347;  ///< as FakeStore has it
constexpr std::uint64_t there = 0xa1;
constexpr std::uint64_t third = 0xb2;
constexpr StoreReach reach{.next = 1000, .billing_floor = 100};

using Rows = std::vector<journal::ImportedRow>;

journal::ExportLine line(std::uint64_t store_id, model::Sequence sequence, model::Sequence previous) {
  journal::ExportLine made;
  made.store_id = store_id;
  made.sequence = sequence;
  made.previous = previous;
  made.event = payment("PSP-" + std::to_string(sequence));
  made.event.time = World::midnight - 24h;
  made.event.time_quality = model::TimeQuality::unknown;
  made.recorded = World::midnight - 23h;
  return made;
}

journal::ExportLine from_third(model::Sequence sequence, model::Sequence origin) {
  auto made = line(there, sequence, sequence - 1);
  made.origin = journal::Origin{third, origin};
  return made;
}

ImportSeen chunk(std::vector<journal::ExportLine> lines) {
  ImportSeen made;
  made.token = Token{5};
  for (auto& each : lines) made.lines.push_back({made.lines.size() + 1, std::move(each)});
  return made;
}

Imported answer_of(const Release& release) {
  CHECK(release.token == Token{5});
  return std::get<Imported>(release.answer);
}

/// Imports a chunk all the way. @return the rows it writes
std::vector<journal::ImportedPut> import(Imports& imports, std::vector<journal::ExportLine> lines, Imported& answer) {
  const auto entry = imports.begin(chunk(std::move(lines)), reach);
  CHECK(entry.carried.size() == entry.events.size());
  answer = answer_of(imports.done());
  return entry.imported;
}

}  // namespace

TEST_CASE("lines that follow each other are one row, which begins above what the first says lies before it") {
  Imports imports{here, {}, {}};
  Imported answer;
  const auto puts = import(imports, {line(there, 20, 10), line(there, 25, 20)}, answer);
  CHECK(puts == std::vector<journal::ImportedPut>{{there, 11, 25}});
  CHECK(answer.taken == 2);
  const auto more = import(imports, {line(there, 40, 25)}, answer);
  CHECK(more == std::vector<journal::ImportedPut>{{there, 11, 40}});
}

TEST_CASE("a file that comes again is already there, also when only a part of it was taken") {
  Imports imports{here, {}, Rows{{there, 11, 25}}};
  Imported answer;
  const auto puts = import(imports, {line(there, 20, 10), line(there, 25, 20), line(there, 26, 25)}, answer);
  CHECK(answer.taken == 1);
  CHECK(answer.already_there == 2);
  CHECK(puts == std::vector<journal::ImportedPut>{{there, 11, 26}});
}

TEST_CASE("a line twice in one chunk is taken once") {
  Imports imports{here, {}, {}};
  Imported answer;
  static_cast<void>(import(imports, {line(there, 20, 10), line(there, 20, 10)}, answer));
  CHECK(answer.taken == 1);
  CHECK(answer.already_there == 1);
}

TEST_CASE("lines that were cut out of a file can still come") {
  Imports imports{here, {}, {}};
  Imported answer;
  static_cast<void>(import(imports, {line(there, 20, 10), line(there, 40, 30)}, answer));
  static_cast<void>(import(imports, {line(there, 25, 20), line(there, 30, 25)}, answer));
  CHECK(answer.taken == 2);
}

TEST_CASE("a line that says nothing of what lies before it stands for itself alone") {
  Imports imports{here, {}, {}};
  Imported answer;
  CHECK(import(imports, {line(there, 20, 0)}, answer) == std::vector<journal::ImportedPut>{{there, 20, 20}});
}

TEST_CASE("a line of a third store is known by its origin alone, on whatever way it comes") {
  Imports imports{here, {}, {}};
  Imported answer;
  const auto puts = import(imports, {from_third(20, 7), from_third(21, 8)}, answer);
  CHECK(puts == std::vector<journal::ImportedPut>{{third, 7, 8}});
  static_cast<void>(import(imports, {line(third, 8, 3)}, answer));
  CHECK(answer.already_there == 1);
  static_cast<void>(import(imports, {line(third, 7, 3), line(third, 5, 3), line(there, 20, 19)}, answer));
  CHECK(answer.already_there == 1);
  CHECK(answer.taken == 2);
}

TEST_CASE("what this store has given itself is there, on whatever way it comes") {
  Imports imports{here, {}, {}};
  Imported answer;
  auto back = line(there, 20, 19);
  back.origin = journal::Origin{here, 17};
  CHECK(import(imports, {line(here, 999, 5), back}, answer).empty());
  CHECK(answer.already_there == 2);
}

TEST_CASE("what this store let go into a file comes back once, by the number under which it went") {
  Imports imports{here, {}, {}};
  Imported answer;
  auto gone = line(here, 90, 0);
  gone.carried_out = true;
  CHECK(import(imports, {gone}, answer) == std::vector<journal::ImportedPut>{{here, 90, 90}});
  CHECK(answer.taken == 1);
  static_cast<void>(import(imports, {gone}, answer));
  CHECK(answer.already_there == 1);

  auto gone_again = line(here, 95, 0);
  gone_again.carried_out = true;
  gone_again.origin = journal::Origin{here, 90};
  const auto entry = imports.begin(chunk({gone_again}), reach);
  REQUIRE(entry.carried.size() == 1);
  CHECK(entry.carried[0].origin == journal::Origin{here, 90});
  CHECK(answer_of(imports.done()).taken == 1);
}

TEST_CASE("a line of this store that is no held billing, or whose event never went, is there") {
  Imports imports{here, {}, {}};
  Imported answer;
  auto above_the_floor = line(here, reach.billing_floor + 1, 0);
  above_the_floor.carried_out = true;
  auto other_class = line(here, 90, 0);
  other_class.carried_out = true;
  other_class.event.event_class = model::EventClass::state;
  static_cast<void>(import(imports, {line(here, 90, 0), above_the_floor, other_class}, answer));
  CHECK(answer.already_there == 3);
}

TEST_CASE("a file of the store that this one was on another machine comes back too") {
  const std::vector<journal::StoreOrigin> origins{{there, 50, journal::OriginReason::machine, {}}};
  Imports imports{here, origins, {}};
  Imported answer;
  auto gone = line(there, 40, 0);
  gone.carried_out = true;
  static_cast<void>(import(imports, {gone, line(there, 41, 0)}, answer));
  CHECK(answer.taken == 1);
  CHECK(answer.already_there == 1);
}

TEST_CASE("a line of this store above all that it has given is refused: an old copy has been put back") {
  Imports imports{here, {}, {}};
  Imported answer;
  CHECK(import(imports, {line(here, reach.next, 5), line(there, 20, 0)}, answer).size() == 1);
  REQUIRE(answer.refused.size() == 1);
  CHECK(answer.refused[0].line == 1);
  CHECK(answer.refused[0].reason.find("old copy") != std::string::npos);
  CHECK(answer.taken == 1);
}

TEST_CASE("what the same file gave on another machine is there; what the other machine gave after that is not") {
  const std::vector<journal::StoreOrigin> origins{{there, 500, journal::OriginReason::machine, {}},
                                                  {third, 600, journal::OriginReason::damage, {}}};
  Imports imports{here, origins, Rows{{third, 1, 300}}};
  Imported answer;
  static_cast<void>(import(imports, {line(there, 500, 4), line(there, 501, 500)}, answer));
  CHECK(answer.already_there == 1);
  CHECK(answer.taken == 1);
  static_cast<void>(import(imports, {line(third, 300, 4), line(third, 400, 399)}, answer));
  CHECK(answer.already_there == 1);
  CHECK(answer.taken == 1);
}

TEST_CASE("a chunk that is given up has never been") {
  Imports imports{here, {}, Rows{{there, 1, 10}}};
  static_cast<void>(imports.begin(chunk({line(there, 20, 10), line(there, 40, 30)}), reach));
  CHECK(imports.is_under_way());
  CHECK(imports.give_up() == Token{5});
  Imported answer;
  const auto puts = import(imports, {line(there, 20, 10), line(there, 40, 30)}, answer);
  CHECK(answer.taken == 2);
  CHECK(puts == std::vector<journal::ImportedPut>{{there, 1, 20}, {there, 31, 40}});
}

TEST_CASE("lines that could not be read are part of the answer, by their numbers") {
  Imports imports{here, {}, {}};
  auto seen = chunk({line(there, 20, 10), line(here, reach.next, 0)});
  seen.lines[1].number = 3;
  seen.refused = {{4, "its check does not agree"}, {2, "no JSON"}};
  static_cast<void>(imports.begin(std::move(seen), reach));
  const auto answer = answer_of(imports.done());
  REQUIRE(answer.refused.size() == 3);
  CHECK(answer.refused[0].line == 2);
  CHECK(answer.refused[1].line == 3);
  CHECK(answer.refused[2].line == 4);
}

TEST_CASE("the table has a bound: what would need one row more is refused, what touches a row is not") {
  Imports imports{here, {}, Rows{{there, 1, 10}, {third, 1, 10}}, 2};
  Imported answer;
  static_cast<void>(import(imports, {line(there, 30, 25), line(there, 20, 10), line(third, 5, 4)}, answer));
  CHECK(answer.refused.size() == 1);
  CHECK(answer.taken == 1);
  CHECK(answer.already_there == 1);
}

TEST_CASE("imported events are delivered under their own ids and times, once, and rows commit with them") {
  World world{depot({endpoint("billing", "payment.*")})};
  world.run();
  world.step(EventSeen{payment("own"), Token{1}});
  world.step(chunk({line(there, 20, 10), line(there, 25, 20)}));
  CHECK(world.releases_.empty());
  world.run();
  CHECK(answer_of(world.releases_.back()).taken == 2);
  CHECK(world.received("PSP-20") == 1);
  CHECK(world.received(payment("PSP-25").id) == 1);
  CHECK(world.received(R"("recordedtime":"2026-11-23T01:00:00.000Z")") == 2);
  CHECK(world.received(R"("timequality":"unknown")") == 2);
  const auto& record = world.store_.records().back();
  CHECK(record->origin == journal::Origin{there, 25});
  CHECK(record->boot == journal::boot_of_imported);
  CHECK(world.store_.opened().imported == Rows{{there, 11, 25}});
  world.step(chunk({line(there, 20, 10), line(there, 25, 20)}));
  CHECK(answer_of(world.releases_.back()).already_there == 2);
  CHECK(world.commits_.empty());
}

TEST_CASE("a run that dies between the chunk and its commit takes it when it comes again") {
  fakes::FakeStore store;
  {
    World world{depot({}), &store};
    world.run();
    world.step(chunk({line(there, 20, 10)}));
    world.run();
    world.step(chunk({line(there, 20, 10), line(there, 25, 20)}));
    CHECK(world.commits_.size() == 1);
  }
  World world{depot({}), &store};
  world.run();
  world.step(chunk({line(there, 20, 10), line(there, 25, 20)}));
  world.run();
  const auto answer = answer_of(world.releases_.back());
  CHECK(answer.taken == 1);
  CHECK(answer.already_there == 1);
}

TEST_CASE("one chunk at a time: another is told to come again soon") {
  World world{depot({})};
  world.run();
  world.step(chunk({line(there, 20, 10)}));
  world.step(chunk({line(there, 20, 10)}));
  REQUIRE(world.releases_.size() == 1);
  CHECK(std::get<Refused>(world.releases_[0].answer).code == "busy");
  world.run();
  CHECK(answer_of(world.releases_.back()).taken == 1);
}

TEST_CASE("a store under pressure takes no chunk, and takes it later") {
  fakes::FakeStore store;
  {
    World world{depot({}), &store};
    world.store_.usage = {100'000, 99'700, {}};
    world.step(EventSeen{payment("own")});
    world.run();
    world.step(chunk({line(there, 20, 10)}));
    const auto& refused = std::get<Refused>(world.releases_.back().answer);
    CHECK(refused.code == "pressure");
    CHECK(refused.retry == Retry::later);
  }
  store.usage = {100'000, 10, {}};
  World world{depot({}), &store};
  world.run();
  world.step(chunk({line(there, 20, 10)}));
  world.run();
  CHECK(answer_of(world.releases_.back()).taken == 1);
}

TEST_CASE("a chunk that the disk has no room for is given up, and comes again") {
  World world{depot({endpoint("billing", "payment.*")})};
  world.run();
  world.step(chunk({line(there, 20, 10)}));
  for (int round = 0; round < 10 && world.releases_.empty(); ++round) {
    if (world.commits_.empty()) world.pass(1s);
    if (world.commits_.empty()) continue;
    const auto batch = world.commits_.front();
    if (batch->records.empty()) {
      world.disk();
      continue;
    }
    world.commits_.pop_front();
    world.step(CommitDone{{batch->id, journal::CommitStatus::map_full, {}, {}, "no page is left"}});
  }
  REQUIRE(world.releases_.size() == 1);
  CHECK(std::holds_alternative<Refused>(world.releases_[0].answer));
  world.pass(31s);
  world.run();
  world.step(chunk({line(there, 20, 10)}));
  world.run();
  CHECK(answer_of(world.releases_.back()).taken == 1);
}

}  // namespace chargehook::core
