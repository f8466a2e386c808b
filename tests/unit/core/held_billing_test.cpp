#include <doctest/doctest.h>

#include "core/retention/retention_schedule.hpp"
#include "journal/format/export_line.hpp"
#include "world.hpp"

namespace chargehook::core {
namespace {

constexpr auto hold = std::chrono::hours{48};

ConfigPtr short_hold(std::vector<delivery::EndpointConfig> endpoints) {
  auto config = std::make_shared<ConfigGeneration>(*depot(std::move(endpoints)));
  config->storage.keep.billing_hold = hold;
  return config;
}

/// Time goes by in steps, as nobody fetches anything.
void fail_for(World& world, std::chrono::minutes time, std::chrono::minutes step = std::chrono::minutes{30}) {
  for (auto passed = step; passed <= time; passed += step) {
    world.pass(step);
    settle(world);
  }
}

void hand_in(World& world, int from, int to) {
  for (int i = from; i <= to; ++i) world.step(EventSeen{payment("PSP-" + std::to_string(i))});
  settle(world);
}

std::vector<journal::ExportLine> lines_of(const std::string& text) {
  std::vector<journal::ExportLine> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    const auto line = journal::read_export_line(std::string_view{text}.substr(at, end - at));
    REQUIRE(line.has_value());
    out.push_back(line.value());
    at = end + 1;
  }
  return out;
}

std::size_t payments(const World& world) {
  return static_cast<std::size_t>(std::ranges::count_if(world.store_.records(), [](const auto& record) {
    return record->event.event_class == model::EventClass::billing && record->event.type != "delivery.gap";
  }));
}

bool logged(const World& world, std::string_view words) {
  return std::ranges::any_of(world.log_, [&](const auto& line) { return line.find(words) != std::string::npos; });
}

HeldBillingStatus status_of(World& world) {
  world.step(StatusAsked{Token{9}});
  return std::get<StatusReport>(world.releases_.back().answer).held_billing;
}

ImportSeen file_of(const World& world) {
  ImportSeen chunk;
  chunk.token = Token{5};
  for (const auto& [path, text] : world.written_) {
    for (auto& line : lines_of(text)) chunk.lines.push_back({chunk.lines.size() + 1, std::move(line)});
  }
  return chunk;
}

}  // namespace

TEST_CASE("billing that nobody fetches stays in the journal until its file is durable, then goes and is told") {
  World world{short_hold({endpoint("billing", "payment.*")})};
  hand_in(world, 1, 3);
  fail_for(world, hold - 1h);
  CHECK(world.held_files_.empty());
  hand_in(world, 4, 4);
  fail_for(world, 3h);

  REQUIRE(world.held_files_.size() == 1);
  fail_for(world, 24h);
  CHECK(payments(world) == 4);
  CHECK(world.store_.gaps().empty());
  CHECK(world.held_files_.size() == 1);

  REQUIRE(world.worker());
  settle(world);
  CHECK(payments(world) == 1);
  REQUIRE(world.store_.gaps().size() == 1);
  const auto& row = world.store_.gaps().begin()->second;
  CHECK(row.reason == journal::GapReason::carried_out);
  const auto& [path, text] = *world.written_.begin();
  CHECK(row.notices.at(0).gap.files == std::vector<std::string>{path});
  CHECK(path == journal::held_path(0x9f3c5a0b11d2e347, row.from_sequence));

  const auto lines = lines_of(text);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].sequence == row.from_sequence);
  CHECK(lines[2].sequence == row.to_sequence);
  CHECK(lines[1].event.id == payment("PSP-2").id);
  CHECK(lines[1].event.data == payment("PSP-2").data);
  CHECK(std::ranges::all_of(lines, &journal::ExportLine::carried_out));

  world.received_.clear();
  world.pass(10min);
  world.run();
  CHECK(world.received("PSP-1") == 0);
  CHECK(world.received("PSP-4") == 1);
  CHECK(world.received(R"("reason":"carried_out","class":"billing")") == 1);
  CHECK(world.received("\"files\":[\"" + path + "\"]") == 1);
  CHECK(logged(world, "3 undelivered billing events were carried out to held-billing/"));
}

TEST_CASE("events that follow each other within a thirtieth of the hold go into one file") {
  World world{short_hold({endpoint("billing", "payment.*")})};
  for (int i = 1; i <= 3; ++i) {
    hand_in(world, i, i);
    fail_for(world, 30min);
  }
  fail_for(world, hold - 1h);
  CHECK(world.held_files_.empty());
  fail_for(world, 2h);
  REQUIRE(world.worker());
  settle(world);
  CHECK(world.written_.size() == 1);
  CHECK(payments(world) == 0);
}

TEST_CASE("what is delivered while its file is written is lost to nobody") {
  World world{short_hold({endpoint("billing", "payment.*")})};
  hand_in(world, 1, 3);
  fail_for(world, hold + 3h);
  REQUIRE(world.held_files_.size() == 1);
  world.pass(10min);
  settle(world, 200);
  REQUIRE(world.worker());
  settle(world, 200);
  CHECK(world.received("delivery.gap") == 0);
  CHECK(world.store_.gaps().empty());
  CHECK_FALSE(logged(world, "carried out"));
}

TEST_CASE("records wait for an attempt of theirs that is under way when the file is durable") {
  World world{short_hold({endpoint("billing", "payment.*")})};
  hand_in(world, 1, 1);
  fail_for(world, hold + 3h);
  while (world.attempts_.empty()) world.pass(10s);
  REQUIRE(world.worker());
  CHECK(world.commits_.empty());
  world.network(200);
  settle(world, 200);
  CHECK(world.received("PSP-1") >= 1);
  CHECK(world.store_.gaps().empty());
}

TEST_CASE("a file that cannot be written keeps all of it, is said once, and is tried again after ten minutes") {
  World world{short_hold({endpoint("billing", "payment.*")})};
  hand_in(world, 1, 3);
  fail_for(world, hold + 3h);
  const std::string reason = "writing /data/held-billing/a.jsonl.new: No space left on device";
  REQUIRE(world.worker(reason));
  settle(world);
  CHECK(payments(world) == 3);
  CHECK(status_of(world).problem == reason);
  fail_for(world, 8min, 1min);
  CHECK(world.held_files_.empty());
  fail_for(world, 4min, 1min);
  REQUIRE(world.worker(reason));
  CHECK(std::ranges::count_if(world.log_,
                              [](const auto& line) { return line.find("No space left") != std::string::npos; }) == 1);
  fail_for(world, 12min, 1min);
  REQUIRE(world.worker());
  settle(world);
  CHECK(payments(world) == 0);
  CHECK(status_of(world).problem.empty());
  CHECK(status_of(world).events == 3);
  CHECK(status_of(world).folder.files == 1);
}

TEST_CASE("files that lie there are counted again when billing is looked at, for a person may move them away") {
  World world{short_hold({endpoint("billing", "payment.*")})};
  hand_in(world, 1, 3);
  fail_for(world, hold + 3h);
  CHECK(world.counts_ == 0);
  REQUIRE(world.worker());
  settle(world);
  fail_for(world, 30min, 10min);
  CHECK(world.counts_ > 0);
  CHECK(status_of(world).folder.files == 1);
  world.step(HeldFilesCounted{0});
  CHECK(status_of(world).folder.files == 0);
}

TEST_CASE("a disk that takes long over a file wakes the core no more often than before") {
  World world{short_hold({endpoint("billing", "payment.*")})};
  hand_in(world, 1, 3);
  fail_for(world, hold + 3h);
  REQUIRE(world.held_files_.size() == 1);
  for (int hour = 0; hour < 3; ++hour) {
    world.pass(1h);
    settle(world);
    REQUIRE(world.core_.next_deadline().has_value());
    CHECK(*world.core_.next_deadline() > world.now().boot);
  }
}

TEST_CASE("what could not be written and is delivered after all is no problem any more") {
  World world{short_hold({endpoint("billing", "payment.*")})};
  hand_in(world, 1, 3);
  fail_for(world, hold + 3h);
  REQUIRE(world.worker("no room"));
  for (int look = 0; look < 3; ++look) {
    world.pass(10min);
    world.run();
    world.worker("no room");
  }
  CHECK(world.received("PSP-3") >= 1);
  CHECK(status_of(world).problem.empty());
}

TEST_CASE("after a crash between file and commit the same file is written again, and nothing is lost or doubled") {
  fakes::FakeStore store;
  const auto config = short_hold({endpoint("billing", "payment.*")});
  std::map<std::string, std::string> before;
  {
    World world{config, &store};
    hand_in(world, 1, 3);
    fail_for(world, hold + 3h);
    REQUIRE(world.worker());
    before = world.written_;
  }
  World again{config, &store};
  again.time_ += hold + 2h;
  again.pass(1s);
  settle(again);
  CHECK(payments(again) == 3);
  fail_for(again, 30min, 10min);
  REQUIRE(again.worker());
  settle(again);
  CHECK(again.written_ == before);
  CHECK(payments(again) == 0);
  REQUIRE(store.gaps().size() == 1);
}

TEST_CASE("an undelivered gap event that is carried out is told by the next one, with the files of both") {
  World world{short_hold({endpoint("billing", "payment.*")})};
  for (int round = 0; round < 2; ++round) {
    hand_in(world, round, round);
    fail_for(world, hold + 3h);
    REQUIRE(world.worker());
    settle(world);
  }
  REQUIRE(world.written_.size() == 2);
  world.received_.clear();
  world.pass(10min);
  world.run();
  REQUIRE(world.received("delivery.gap") == 1);
  const auto first = world.written_.begin();
  CHECK(world.received("\"files\":[\"" + first->first + "\",\"" + std::next(first)->first + "\"]") == 1);
  CHECK(world.received(R"("events":2)") == 1);
}

TEST_CASE("a change of the hold is taken without a restart") {
  World world{depot({endpoint("billing", "payment.*")})};
  hand_in(world, 1, 1);
  fail_for(world, hold + 3h);
  CHECK(world.held_files_.empty());
  world.step(ConfigReady{short_hold({endpoint("billing", "payment.*")}), "anna", Token{3}});
  fail_for(world, 30min, 10min);
  CHECK(world.held_files_.size() == 1);
  const auto& applied = std::get<Applied>(std::ranges::find(world.releases_, Token{3}, &Release::token)->answer);
  CHECK(applied.lines == std::vector<std::string>{"storage.billing.hold 90 d → 2 d"});
}

TEST_CASE("other records go for want of space while a file is being written") {
  World world{short_hold({endpoint("all", "payment.*, user.*")})};
  hand_in(world, 1, 1);
  model::Event user = payment("U");
  user.type = "user.created";
  user.event_class = model::EventClass::state;
  user.data = R"({"x":")" + std::string(30'000, 'x') + "\"}";
  fail_for(world, hold + 3h);
  REQUIRE(world.held_files_.size() == 1);
  world.step(EventSeen{user});
  settle(world);
  world.store_.usage = {10'000 + journal::reserve_pages, 9'300, {}};
  world.step(EventSeen{payment("PSP-2")});
  settle(world);
  REQUIRE(world.store_.gaps().size() == 1);
  CHECK(world.store_.gaps().begin()->second.event_class == model::EventClass::state);
}

TEST_CASE("what was carried out comes back once from its file, and again after it was carried out again") {
  World world{short_hold({endpoint("billing", "payment.*")})};
  hand_in(world, 1, 3);
  fail_for(world, hold + 3h);
  REQUIRE(world.held_files_.size() == 1);
  {
    auto early = file_of(world);
    CHECK(early.lines.empty());
  }
  REQUIRE(world.worker());
  world.step(file_of(world));
  CHECK(std::get<Imported>(world.releases_.back().answer).already_there == 3);
  settle(world);

  const auto taken_of = [&](ImportSeen chunk) {
    world.releases_.clear();
    world.step(std::move(chunk));
    settle(world);
    REQUIRE(world.releases_.size() == 1);
    return std::get<Imported>(world.releases_[0].answer).taken;
  };
  CHECK(taken_of(file_of(world)) == 3);
  CHECK(taken_of(file_of(world)) == 0);
  CHECK(payments(world) == 3);
  CHECK(world.store_.records().back()->origin.has_value());

  world.written_.clear();
  hand_in(world, 4, 4);
  fail_for(world, hold + 3h);
  REQUIRE(world.worker());
  settle(world);
  CHECK(payments(world) == 0);
  const auto again = file_of(world);
  CHECK(again.lines.size() == 5);  // with the gap event that tells of the first file
  CHECK(taken_of(again) == 5);
  world.received_.clear();
  world.pass(10min);
  world.run();
  CHECK(world.received("PSP-1") == 1);
  CHECK(world.received("PSP-4") == 1);
}

TEST_CASE("imported events, whose age here is not known, go with what lies behind them and not before") {
  World world{short_hold({endpoint("billing", "payment.*")})};
  ImportSeen chunk;
  journal::ExportLine line;
  line.store_id = 0xa1;
  line.sequence = 7;
  line.event = payment("OLD");
  line.recorded = World::midnight - 1000h;
  line.recorded_quality = model::TimeQuality::synced;
  chunk.token = Token{5};
  chunk.lines.push_back({1, line});
  world.step(std::move(chunk));
  settle(world);
  fail_for(world, hold + 3h);
  CHECK(world.held_files_.empty());
  hand_in(world, 1, 1);
  fail_for(world, hold + 3h);
  REQUIRE(world.worker());
  REQUIRE(lines_of(world.written_.begin()->second).size() == 2);
}

TEST_CASE("more imported events than one file takes go with what lies behind them, file by file, and not before") {
  World world{short_hold({endpoint("billing", "payment.*")})};
  constexpr int pieces = 3;
  constexpr std::size_t imported = 2'000 * (pieces - 1) + 500;
  for (std::size_t first = 1; first <= imported; first += 500) {
    ImportSeen chunk;
    chunk.token = Token{5};
    for (std::size_t sequence = first; sequence < first + 500; ++sequence) {
      journal::ExportLine line;
      line.store_id = 0xa1;
      line.sequence = sequence;
      line.event = payment("OLD-" + std::to_string(sequence));
      line.recorded = World::midnight - 1000h;
      line.recorded_quality = model::TimeQuality::synced;
      chunk.lines.push_back({chunk.lines.size() + 1, std::move(line)});
    }
    world.step(std::move(chunk));
    settle(world);
  }
  REQUIRE(payments(world) == imported);
  fail_for(world, hold + 3h);
  CHECK(world.held_files_.empty());
  hand_in(world, 1, 1);
  fail_for(world, hold - 2h);
  CHECK(world.held_files_.empty());
  for (int piece = 1; piece <= pieces; ++piece) {
    fail_for(world, 8h);
    CAPTURE(piece);
    REQUIRE(world.worker());
  }
  fail_for(world, 1h);
  CHECK(payments(world) == 0);
  CHECK(lines_of(world.written_.begin()->second).size() == 2'000);
  CHECK(lines_of(world.written_.rbegin()->second).size() == 501);
}

TEST_CASE("held billing is looked for only where something undelivered stands at the head of its log") {
  const model::Now started{model::WallTime{}, model::BootTime{}, model::TimeQuality::synced};
  const model::Now later{model::WallTime{}, model::BootTime{10s}, model::TimeQuality::synced};
  RetentionSchedule schedule{started};
  CHECK_FALSE(schedule.is_held_due(started));
  CHECK(schedule.is_held_due(later));
  StoreSight store;
  const journal::RetentionLimits limits;
  CHECK_FALSE(schedule.held(later, store, limits).has_value());
  store.logs[0] = {.last_sequence = 100, .last_ordinal = 50};
  store.delivered[0] = 100;
  CHECK_FALSE(schedule.held(later, store, limits).has_value());
  store.delivered[0] = 40;
  CHECK_FALSE(schedule.held(later, store, limits).has_value());
  store.delivered[0] = 0;
  const auto order = schedule.held(later, store, limits);
  REQUIRE(order.has_value());
  CHECK(order->cause == EvictionCause::held);
  CHECK(order->older_than->boot_time == later.boot - 90 * 24h);
  CHECK(order->begins_before->boot_time == later.boot - 93 * 24h);
  CHECK(order->up_to == 100);
  CHECK_FALSE(schedule.is_held_due(later));
  schedule.carried_out(later, *order, true);
  CHECK(schedule.is_held_due(later));
  schedule.put_off_held(later);
  CHECK_FALSE(schedule.is_held_due({later.wall, later.boot + 10min - 1s, later.quality}));
  CHECK(schedule.is_held_due({later.wall, later.boot + 10min, later.quality}));
}

TEST_CASE("delivered billing is kept for replay no longer than undelivered billing is held") {
  RetentionSchedule schedule{{model::WallTime{}, model::BootTime{}, model::TimeQuality::synced}};
  const model::Now now{model::WallTime{}, model::BootTime{10s}, model::TimeQuality::synced};
  StoreSight store;
  store.logs[0] = {.last_sequence = 100, .last_ordinal = 50};
  store.delivered[0] = 40;
  journal::RetentionLimits limits;
  limits.keep_delivered = 300 * 24h;
  const auto order = schedule.next(now, store, limits);
  REQUIRE(order.has_value());
  CHECK(order->cause == EvictionCause::delivered);
  CHECK(order->older_than->boot_time == now.boot - 90 * 24h);
}

}  // namespace chargehook::core
