#include "core/intake/repetitions.hpp"

#include <doctest/doctest.h>

#include "world.hpp"

namespace chargehook::core {
namespace {

using journal::IdRow;

constexpr model::Now noon{model::WallTime{std::chrono::seconds{1'795'000'000}}, model::BootTime{1h},
                          model::TimeQuality::synced};

model::Now later(std::chrono::hours by) { return {noon.wall + by, noon.boot + by, noon.quality}; }

/// As the store does it: what is handed in becomes durable when the test says so.
struct Table {
  explicit Table(std::vector<IdRow> stored = {}, const model::Now& started = noon)
      : repetitions(std::move(stored), 0, started) {}

  Repetitions::Seen look_up(model::Event& event, const model::Now& now = noon) {
    auto seen = repetitions.look_up(now, event);
    if (const auto* fresh = std::get_if<Repetitions::Fresh>(&seen)) under_way.push_back(fresh->row);
    return seen;
  }
  bool is_new(model::Event event, const model::Now& now = noon) {
    return std::holds_alternative<Repetitions::Fresh>(look_up(event, now));
  }
  std::vector<Release> commit() {
    for (auto& row : under_way) row.sequence = ++sequence;
    rows.insert(rows.end(), under_way.begin(), under_way.end());
    return repetitions.stored(std::exchange(under_way, {}));
  }

  Repetitions repetitions;
  std::vector<IdRow> under_way;
  std::vector<IdRow> rows;
  model::Sequence sequence = 100;
};

model::Event with_data(std::string data) {
  auto event = payment("PSP-1");
  event.data = std::move(data);
  return event;
}

}  // namespace

TEST_CASE("an event that is in the store is told with its sequence when it comes again") {
  Table table;
  auto event = payment("PSP-1");
  CHECK(std::holds_alternative<Repetitions::Fresh>(table.look_up(event)));
  CHECK(table.commit().empty());
  const auto seen = table.look_up(event);
  REQUIRE(std::holds_alternative<Stored>(seen));
  CHECK(std::get<Stored>(seen).event_id == event.id);
  CHECK(std::get<Stored>(seen).sequence == 101);
  CHECK(table.repetitions.counters().repeated == 1);
}

TEST_CASE("who repeats what is under way is answered when it is durable, with the same") {
  Table table;
  auto event = payment("PSP-1");
  static_cast<void>(table.look_up(event));
  const auto seen = table.look_up(event);
  REQUIRE(std::holds_alternative<Repetitions::UnderWay>(seen));
  table.repetitions.wait(std::get<Repetitions::UnderWay>(seen), Token{7});
  const auto answers = table.commit();
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].token == Token{7});
  CHECK(std::get<Stored>(answers[0].answer).sequence == 101);
}

TEST_CASE("what was not taken after all is new when it comes again") {
  Table table;
  auto event = payment("PSP-1");
  static_cast<void>(table.look_up(event));
  table.repetitions.wait(std::get<Repetitions::UnderWay>(table.look_up(event)), Token{7});
  CHECK(table.repetitions.forget(table.under_way.front().id) == std::vector{Token{7}});
  CHECK(table.repetitions.forget(table.under_way.front().id).empty());
  CHECK(table.is_new(event));
}

TEST_CASE("other content under an id that is there is a revision, and is known again") {
  Table table;
  const auto id = payment("PSP-1").id;
  for (const bool durable : {false, true}) {
    CAPTURE(durable);
    CHECK(table.is_new(with_data(R"({"amount_minor":942})")) == !durable);
    if (durable) table.commit();
    auto second = with_data(R"({"amount_minor":943})");
    CHECK(std::holds_alternative<Repetitions::Fresh>(table.look_up(second)) == !durable);
    CHECK((durable || second.id == id + "~2"));
    CHECK((durable || second.data == R"({"amount_minor":943,"revises":")" + id + "\"}"));
  }
  auto third = with_data("{}");
  CHECK(std::holds_alternative<Repetitions::Fresh>(table.look_up(third)));
  CHECK(third.id == id + "~3");
  CHECK(third.data == R"({"revises":")" + id + "~2\"}");
  table.commit();
  auto second = with_data(R"({"amount_minor":943})");
  const auto seen = table.look_up(second);
  REQUIRE(std::holds_alternative<Stored>(seen));
  CHECK(std::get<Stored>(seen).event_id == id + "~2");
  CHECK(table.repetitions.counters().revised == 2);
}

TEST_CASE("a source that says itself what it revises is believed, and a null is filled") {
  Table table;
  CHECK(table.is_new(with_data("{}")));
  auto own = with_data(R"({"revises":"evt_x","a":1})");
  static_cast<void>(table.look_up(own));
  CHECK(own.data == R"({"revises":"evt_x","a":1})");
  auto null = with_data(R"({"revises":null,"a":2})");
  static_cast<void>(table.look_up(null));
  CHECK(null.data == R"({"revises":")" + payment("PSP-1").id + R"(~2","a":2})");
}

TEST_CASE("any number of revisions is told apart, and the newest of them are known again") {
  Table table;
  for (int i = 1; i <= 100; ++i) {
    auto event = with_data("{\"a\":" + std::to_string(i) + "}");
    CHECK(std::holds_alternative<Repetitions::Fresh>(table.look_up(event)));
    CHECK(event.id == payment("PSP-1").id + (i == 1 ? "" : "~" + std::to_string(i)));
    if (i % 7 == 0) table.commit();
  }
  CHECK_FALSE(table.is_new(with_data("{\"a\":1}")));
  CHECK_FALSE(table.is_new(with_data("{\"a\":100}")));
  CHECK_FALSE(table.is_new(with_data("{\"a\":85}")));
  CHECK(table.is_new(with_data("{\"a\":84}")));
}

TEST_CASE("a restart knows what was durable, and nothing else") {
  Table before;
  CHECK(before.is_new(payment("PSP-1")));
  before.commit();
  CHECK(before.is_new(payment("PSP-2")));
  Table after{before.rows};
  CHECK_FALSE(after.is_new(payment("PSP-1")));
  CHECK(after.is_new(payment("PSP-2")));
}

TEST_CASE("a wall that jumps lets nothing be forgotten, days on which the machine runs do") {
  Table table;
  CHECK(table.is_new(payment("PSP-1")));
  table.commit();
  auto jumped = noon;
  for (int i = 1; i <= 20; ++i) {
    jumped.wall += 100h * 24;
    CHECK(table.is_new(payment("jump-" + std::to_string(i)), jumped));
    table.commit();
  }
  CHECK_FALSE(table.is_new(payment("PSP-1"), jumped));
  for (int day = 1; day <= 8; ++day) {
    CHECK(table.is_new(payment("day-" + std::to_string(day)), later(std::chrono::hours{24 * day})));
    table.commit();
    CHECK(table.is_new(payment("PSP-1"), later(std::chrono::hours{24 * day})) == (day == 8));
  }
  CHECK(table.repetitions.take_gone().size() == 21);
}

TEST_CASE("a small store keeps few ids, and says how many went for want of room") {
  Repetitions repetitions{{}, 1024, noon};
  for (int i = 0; i < 2000; ++i) {
    auto event = payment(std::to_string(i));
    auto row = std::get<Repetitions::Fresh>(repetitions.look_up(noon, event)).row;
    row.sequence = static_cast<model::Sequence>(i) + 1;
    static_cast<void>(repetitions.stored({row}));
  }
  CHECK(repetitions.known().size() == 1747);
  CHECK(repetitions.known().crowded_out() == 253);
  CHECK(repetitions.take_gone().size() == 253);
}

}  // namespace chargehook::core
