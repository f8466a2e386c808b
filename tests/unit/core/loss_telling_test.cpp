#include "core/retention/loss_telling.hpp"

#include <doctest/doctest.h>

#include "world.hpp"

namespace chargehook::core {
namespace {

constexpr std::uint64_t old_store = 0x11;
constexpr std::uint64_t this_store = 0x9f3c5a0b11d2e347;

/// The data of each delivery of a gap, in order.
std::vector<std::string> gaps_of(const World& world) {
  std::vector<std::string> all;
  for (const auto& request : world.received_) {
    if (request.body.find("io.chargehook.delivery.gap") == std::string::npos) continue;
    all.push_back(request.body.substr(request.body.find("\"data\":")));
  }
  return all;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Payments 1 to 4 wait in the log, whose second is damaged.
model::Sequence leave_damaged_payment(const ConfigPtr& config, fakes::FakeStore& store) {
  World world{config, &store};
  for (int i = 1; i <= 4; ++i) world.step(EventSeen{payment("PSP-" + std::to_string(i))});
  while (world.disk()) {
  }
  const auto second = std::ranges::find_if(
      store.records(), [](const auto& record) { return record->event.data.find("PSP-2") != std::string::npos; });
  REQUIRE(second != store.records().end());
  store.damage((*second)->sequence);
  return (*second)->sequence;
}

/// What a damaged store that had two endpoints left behind.
void leave_loss(fakes::FakeStore& store, const model::StreamId& stream) {
  store.come_from({old_store, 5000, journal::OriginReason::damage, World::midnight});
  journal::GapRow row;
  row.event_class = model::EventClass::billing;
  row.from_sequence = 41;
  row.to_sequence = 45;
  row.from_ordinal = 7;
  row.to_ordinal = 9;
  row.reason = journal::GapReason::lost_store;
  auto& notice = row.notices.emplace_back();
  notice.gap.stream = stream;
  notice.gap.from_sequence = 41;
  notice.gap.to_sequence = 45;
  notice.gap.events = 3;
  store.put(row);
}

}  // namespace

TEST_CASE("a record that cannot be read is told to each endpoint that waits for its class, once") {
  fakes::FakeStore store;
  const auto config = depot({endpoint("billing", "payment.*"), endpoint("crm", "all")});
  const auto damaged = leave_damaged_payment(config, store);
  {
    World world{config, &store};
    world.run();
    CHECK(world.received("PSP-1") == 2);
    CHECK(world.received("PSP-2") == 0);
    CHECK(world.received("PSP-4") == 2);
    const auto gaps = gaps_of(world);
    REQUIRE(gaps.size() == 2);
    CHECK(has(gaps[0], R"("reason":"corrupt","class":"billing")"));
    CHECK(has(gaps[0], R"("from_n":null,"to_n":null,"ranges":[])"));
    CHECK(has(gaps[0], R"("from_sequence":")" + std::to_string(damaged) + R"(","to_sequence":")" +
                           std::to_string(damaged) + R"(","events":1,"types":{},"from":null,"to":null)"));
    REQUIRE(store.gaps().size() == 1);
    CHECK(store.gaps().begin()->second.notices.size() == 2);
  }
  World again{config, &store};
  again.run();
  CHECK(gaps_of(again).empty());
}

TEST_CASE("a record that cannot be read is told in the commit that passes it, or found again") {
  fakes::FakeStore store;
  const auto config = depot({endpoint("billing", "payment.*")});
  const auto damaged = leave_damaged_payment(config, store);
  World world{config, &store};
  while (world.commits_.empty() || world.commits_.front()->gaps.empty()) {
    for (const auto& batch : world.commits_) {
      for (const auto& row : batch->streams) {
        CHECK((row.id.event_class != model::EventClass::billing || row.cursor.sequence < damaged));
      }
    }
    REQUIRE((world.disk() || world.reader() || world.network()));
  }
  CHECK(world.commits_.front()->trims.empty());
}

TEST_CASE("of two logs with damaged records no cursor passes one before it is told") {
  fakes::FakeStore store;
  const auto config = depot({endpoint("crm", "all")});
  std::vector<std::pair<model::EventClass, model::Sequence>> damaged{
      {model::EventClass::billing, leave_damaged_payment(config, store)}};
  const auto started = std::ranges::find_if(
      store.records(), [](const auto& record) { return record->event.event_class == model::EventClass::state; });
  REQUIRE(started != store.records().end());
  damaged.emplace_back(model::EventClass::state, (*started)->sequence);
  store.damage(damaged.back().second);
  World world{config, &store};
  while (world.reads_.empty()) REQUIRE(world.disk());
  world.step(EventSeen{payment("PSP-5")});  // the disk is at it while both are read
  REQUIRE_FALSE(world.commits_.empty());
  while (world.reader() || world.network()) {
  }
  for (int quiet = 0; quiet < 3;) {
    const bool has_committed = world.disk();
    for (const auto& [id, row] : store.streams()) {
      for (const auto& [event_class, sequence] : damaged) {
        const bool is_told = std::ranges::any_of(store.gaps(), [&](const auto& gap) {
          return gap.first.first == event_class && gap.second.from_sequence == sequence;
        });
        CHECK((id.event_class != event_class || row.cursor.sequence < sequence || is_told));
      }
    }
    quiet = has_committed || world.reader() || world.network() ? 0 : quiet + 1;
    if (quiet > 0) world.pass(1s);
  }
  CHECK(gaps_of(world).size() == 2);
}

TEST_CASE("a record that is found damaged while the gateway stops is told by its last commits") {
  fakes::FakeStore store;
  const auto config = depot({endpoint("billing", "payment.*")});
  const auto damaged = leave_damaged_payment(config, store);
  World world{config, &store};
  while (world.reads_.empty()) REQUIRE((world.disk() || world.network()));
  world.step(Stop{});
  while (world.reader() || world.disk()) {
  }
  CHECK(world.stopped_);
  REQUIRE(store.gaps().size() == 1);
  CHECK(store.gaps().begin()->second.from_sequence == damaged);
  CHECK(store.gaps().begin()->second.notices.at(0).event != 0);
}

TEST_CASE("what a damaged store lost is told under the names that its streams had") {
  fakes::FakeStore store;
  const auto config = depot({endpoint("billing", "payment.*")});
  {
    World first{config, &store};
    first.run();
  }
  leave_loss(store, {1, model::EventClass::billing, 1});
  World world{config, &store};
  world.run();
  const auto gaps = gaps_of(world);
  REQUIRE(gaps.size() == 1);
  CHECK(has(gaps[0], R"("reason":"lost_store")"));
  CHECK(has(gaps[0], R"("stream":"0000000000000011/billing/billing/1")"));
  CHECK(has(gaps[0], R"("events":3)"));
  REQUIRE(store.gaps().size() == 1);
  CHECK(store.gaps().begin()->second.notices.at(0).event != 0);
}

TEST_CASE("a loss of an endpoint without a name is nobody's, and its row goes") {
  fakes::FakeStore store;
  leave_loss(store, {77, model::EventClass::billing, 1});
  World world{depot({endpoint("billing", "payment.*")}), &store};
  world.run();
  CHECK(gaps_of(world).empty());
  CHECK(store.gaps().empty());
}

TEST_CASE("events of notices stand first, and those that have one keep it") {
  journal::StoredState stored;
  stored.store_id = this_store;
  GatewayEvents events{stored, "0.1.0"};
  journal::GapRow row;
  row.event_class = model::EventClass::state;
  row.from_sequence = 10;
  row.to_sequence = 12;
  for (const model::Sequence event : {90U, 0U}) {
    auto& notice = row.notices.emplace_back();
    notice.gap.stream = {event == 0 ? 2U : 1U, model::EventClass::state, 1};
    notice.event = event;
  }
  const auto telling = make_telling({}, *depot({}), row, {{"crm", 1}, {"fleet", 2}}, events);
  REQUIRE(telling.notices.size() == 1);
  CHECK(telling.notices[0].subject == "endpoint/fleet");
  REQUIRE(telling.row.has_value());
  CHECK(telling.row->notices.at(0).event == 0);
  CHECK(telling.row->notices.at(1).event == 90);
  CHECK_FALSE(telling.trim.has_value());
}

}  // namespace chargehook::core
