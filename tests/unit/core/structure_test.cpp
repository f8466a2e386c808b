/// Pages of the store that contradict each other: whoever meets them, the run ends, and the next start sorts them out.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/read_ids.hpp"
#include "world.hpp"

namespace chargehook::core {
namespace {

constexpr const char* reason = "a page of the log is none of its tree";

/// Moves the world until the eviction of a store that is too full asks for records.
journal::ReadRequest read_of_an_eviction(World& world) {
  for (int i = 0; i < 1000; ++i) {
    const auto asked =
        std::ranges::find(world.reads_, ReadKind::eviction, [](const auto& request) { return kind_of(request.id); });
    if (asked != world.reads_.end()) return *asked;
    if (!world.disk() && !world.reader() && !world.network(503)) world.pass(1s);
  }
  FAIL("nothing is evicted");
  return {};
}

}  // namespace

TEST_CASE("an eviction that meets pages which contradict each other ends the run") {
  World world{depot({endpoint("crm", "user.*")})};
  for (int i = 0; i < 30; ++i) {
    model::Event update = payment(std::to_string(i));
    update.event_class = model::EventClass::state;
    update.type = "user.updated";
    update.data = R"({"note":")" + std::string(4000, 'x') + R"("})";
    world.step(EventSeen{update});
  }
  while (world.disk() || world.network(503)) {
  }
  world.store_.usage = {10'000 + journal::reserve_pages, 9'300};
  world.step(EventSeen{payment("PSP-1")});
  journal::ReadResult result;
  result.id = read_of_an_eviction(world).id;
  result.reason = reason;
  result.is_structure = true;
  world.step(RecordsRead{result});
  CHECK(world.damages_ == std::vector<std::string>{reason});
}

TEST_CASE("a reopening that meets pages which contradict each other ends the run, one that fails does not") {
  World world{depot({endpoint("crm", "payment.*")})};
  while (world.disk()) {
  }
  world.step(EventSeen{payment("PSP-1")});
  REQUIRE(world.commits_.size() == 1);
  world.step(CommitDone{{world.commits_.front()->id, journal::CommitStatus::failed, {}, {}, "Input/output error"}});
  journal::ReopenResult result;
  result.reason = reason;
  SUBCASE("the disk is away") {}
  SUBCASE("pages contradict each other") { result.is_structure = true; }
  world.step(ReopenDone{result});
  CHECK(world.damages_.size() == (result.is_structure ? 1 : 0));
}

}  // namespace chargehook::core
