#include "runtime/journal_desk.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>

#include "journal/format/export_line.hpp"
#include "small_depot.hpp"

namespace chargehook::runtime {
namespace {

struct Desk : SmallDepot {
  Desk() { loop.start(); }

  bool ask(std::uint64_t id, std::string method, std::string target, std::string body = {}) {
    return desk->handle({http::RequestId{id}, std::move(method), std::move(target), "application/x-ndjson", body});
  }
  const http::Response& answer_to(std::uint64_t id) {
    REQUIRE(run_until([&] { return answered.contains(id); }));
    return answered[id];
  }

  std::map<std::uint64_t, http::Response> answered;
  std::vector<journal::ExportRequest> asked;
  journal::ExportPage page;
  Worker worker;
  std::unique_ptr<JournalDesk> desk = std::make_unique<JournalDesk>(
      loop, answers, worker,
      [this](const journal::ExportRequest& request, core::Token token) {
        asked.push_back(request);
        answers.release({token, page});
      },
      [this](http::RequestId id, http::Response response) {
        CHECK(answered.emplace(static_cast<std::uint64_t>(id), std::move(response)).second);
      });
};

std::string line(model::Sequence sequence) {
  journal::ExportLine made;
  made.store_id = 0xa1;
  made.sequence = sequence;
  made.previous = sequence - 1;
  made.event = payment("PSP-" + std::to_string(sequence));
  return to_text(made) + '\n';
}

}  // namespace

TEST_CASE("a chunk is answered when its events are durable, and again with what is there already") {
  Desk desk;
  desk.disk_works = false;
  REQUIRE(desk.ask(1, "POST", "/v1/journal/import", line(7) + "\n" + line(8) + "nothing\n"));
  REQUIRE(desk.run_until([&] { return desk.waiting_commit && desk.waiting_commit->records.size() >= 2; }));
  CHECK(desk.answered.empty());
  desk.disk_works = true;
  desk.disk();
  const auto& answer = desk.answer_to(1);
  CHECK(answer.status == 200);
  CHECK(answer.body.starts_with(R"({"taken":2,"already_there":0,"refused":[{"line":4,"reason":")"));
  REQUIRE(desk.ask(2, "POST", "/v1/journal/import", line(7) + line(8)));
  CHECK(desk.answer_to(2).body == R"({"taken":0,"already_there":2,"refused":[]})");
}

TEST_CASE("a chunk that comes while another is under way is told when to come again") {
  Desk desk;
  desk.disk_works = false;
  REQUIRE(desk.ask(1, "POST", "/v1/journal/import", line(7)));
  REQUIRE(desk.ask(2, "POST", "/v1/journal/import", line(7)));
  const auto& answer = desk.answer_to(2);
  CHECK(answer.status == 503);
  REQUIRE(answer.headers.size() == 1);
  CHECK(answer.headers[0] == std::pair<std::string, std::string>{"Retry-After", "1"});
}

TEST_CASE("more lines than a chunk may have are refused as a whole") {
  Desk desk;
  REQUIRE(desk.ask(1, "POST", "/v1/journal/import", std::string(import_chunk_lines_max + 1, '\n')));
  CHECK(desk.answer_to(1).status == 413);
  REQUIRE(desk.ask(2, "POST", "/v1/journal/import", std::string(import_chunk_lines_max, '\n')));
  CHECK(desk.answer_to(2).status == 200);
}

TEST_CASE("a page is lines and what ends them") {
  Desk desk;
  desk.page.lines = line(7);
  desk.page.end = {7, 1, {}, true};
  REQUIRE(desk.ask(1, "GET", "/v1/journal/export?after=6&store=00000000000000a1"));
  CHECK(desk.answer_to(1).status == 200);
  CHECK(desk.answer_to(1).body == line(7) + R"({"after":7,"events":1,"damaged":[],"last":true})" + "\n");
  REQUIRE(desk.asked.size() == 1);
  CHECK(desk.asked[0].after == 6);
  CHECK(desk.asked[0].of_store == 0xa1);
}

TEST_CASE("why no page can be read is said: another store is the asker's mistake, all else is not") {
  Desk desk;
  desk.page.refusal = {"store", "of another"};
  REQUIRE(desk.ask(1, "GET", "/v1/journal/export"));
  CHECK(desk.answer_to(1).status == 409);
  desk.page.refusal = {"damaged", "page 7"};
  REQUIRE(desk.ask(2, "GET", "/v1/journal/export"));
  CHECK(desk.answer_to(2).status == 503);
  CHECK(desk.answer_to(2).body == R"({"error":{"code":"damaged","message":"page 7"}})");
}

TEST_CASE("a query that is none is refused, and what is for others is left to them") {
  Desk desk;
  std::uint64_t id = 0;
  for (const auto* query :
       {"after=x", "after=", "store=ff", "before=7", "after=7&&store=00000000000000a1", "after=-1"}) {
    CAPTURE(query);
    REQUIRE(desk.ask(++id, "GET", "/v1/journal/export?" + std::string{query}));
    CHECK(desk.answer_to(id).status == 400);
  }
  CHECK(desk.asked.empty());
  CHECK_FALSE(desk.ask(++id, "GET", "/v1/status"));
  CHECK_FALSE(desk.ask(++id, "POST", "/v1/journal/export"));
  CHECK_FALSE(desk.ask(++id, "GET", "/v1/journal/import"));
}

}  // namespace chargehook::runtime
