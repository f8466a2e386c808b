/// The judge has to notice: points of a stream's chain that follow from its records, and with one thing wrong.
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "court.hpp"
#include "judge/point_judge.hpp"

namespace chargehook::simulation {
namespace {

/// Six hundred payments from sequence 1,001 on, all done: points at 256 and 512.
StoreSnapshot long_store() {
  StoreSnapshot store;
  store.store_id = 0xab;
  store.types[1] = "payment.completed";
  store.kv["config/endpoints/billing"] = "1";
  Link link = first_link(stream);
  for (std::uint64_t n = 1; n <= 600; ++n) {
    const std::string id = "evt_" + std::to_string(n);
    link = next_link(link, n, id);
    store.logs[0].push_back({1000 + n, n, 1, 1, id, "terminal/T-1", "terminal/T-1"});
    if (n % 256 == 0) store.points.push_back({1, 0, 1, n, 1000 + n, link});
  }
  store.streams.push_back({1, 0, 1, false, 1000, 1600, 600, link, "payment.*"});
  return store;
}

/// As it is when the first records are gone, and with them the points that nobody needs.
void trim(StoreSnapshot& store, std::uint64_t up_to) {
  store.floors[0] = {up_to, up_to - 1000};
  std::erase_if(store.logs[0], [&](const auto& record) { return record.sequence <= up_to; });
  while (store.points.size() > 1 && store.points[1].sequence <= up_to) store.points.erase(store.points.begin());
}

struct Planted {
  const char* what;
  std::function<void(StoreSnapshot&)> plant;
  const char* complaint;
};

const std::vector<Planted> planted{
    {"the first missing", [](auto& store) { store.points.erase(store.points.begin()); },
     "has a point for n 512 and not for 256"},
    {"the last missing", [](auto& store) { store.points.pop_back(); }, "is at n 600 and has no point for 512"},
    {"all missing", [](auto& store) { store.points.clear(); }, "has no point for 256"},
    {"missing above a floor", [](auto& store) { trim(store, 1100), store.points.erase(store.points.begin()); },
     "has a point for n 512 and not for 256"},
    {"of no multiple", [](auto& store) { store.points[0].n = 255; }, "has a point for n 255"},
    {"another sequence", [](auto& store) { ++store.points[1].sequence; }, "from n 256 to 512: there are 257 records"},
    {"another hash", [](auto& store) { store.points[1].link[9] ^= 1U; }, "from n 256 to 512: the hash does not follow"},
    {"without a record", [](auto& store) { store.points[1].sequence = 1700; }, "point n 512: 1700 is not there"},
    {"of no stream", [](auto& store) { store.points[1].generation = 2; }, "a row of nmap belongs to no stream"},
    {"a cursor that does not follow behind a floor",
     [](auto& store) { trim(store, 1300), store.streams[0].link[9] ^= 1U; },
     "from n 512 to 600: the hash does not follow"},
    {"a cursor that counts one too many behind a floor",
     [](auto& store) { trim(store, 1300), store.streams[0].n = 601; }, "from n 512 to 601: there are 88 records"},
    {"more records than numbers behind a floor", [](auto& store) { trim(store, 1300), store.points[1].n = 400; },
     "has a point for n 400"},
};

}  // namespace

TEST_CASE("points of a chain that follow from the records are not complained of, wherever the log begins") {
  for (const std::uint64_t floor : {0, 1100, 1256, 1257, 1512, 1550, 1600}) {
    CAPTURE(floor);
    Court court;
    PointJudge judge{court.deliveries, court.complaints};
    auto store = long_store();
    judge.judge(store);
    if (floor > 0) trim(store, floor);
    judge.judge(store);
    PointJudge{court.deliveries, court.complaints}.judge(store);  // that sees it for the first time
    CHECK(court.complaints.kept() == std::vector<std::string>{});
    CHECK(judge.seen() == 2);
  }
}

TEST_CASE("each fault planted in the points of a chain is noticed") {
  for (const auto& fault : planted) {
    CAPTURE(fault.what);
    Court court;
    auto store = long_store();
    fault.plant(store);
    PointJudge{court.deliveries, court.complaints}.judge(store);
    CHECK(court.heard(fault.complaint));
  }
}

TEST_CASE("a point that is another after a crash, or than the receiver was sent, is noticed") {
  Court court;
  PointJudge judge{court.deliveries, court.complaints};
  auto store = long_store();
  judge.judge(store);
  store.points[0].link[0] ^= 1U;
  judge.judge(store);
  CHECK(court.heard("point n 256: has changed"));

  auto sent = story().front();
  sent.n = 256;
  court.deliver(sent);
  judge.judge(long_store());
  CHECK(court.heard("point n 256: has another hash"));
}

TEST_CASE("the points of a closed stream may go with its last record, and those of an open one may not") {
  auto store = long_store();
  trim(store, 1600);
  store.points.clear();
  store.streams[0].closed = true;
  Court closed;
  PointJudge{closed.deliveries, closed.complaints}.judge(store);
  CHECK(closed.complaints.count() == 0);
  store.streams[0].closed = false;
  Court open;
  PointJudge{open.deliveries, open.complaints}.judge(store);
  CHECK(open.heard("has no point for 256"));
}

}  // namespace chargehook::simulation
