#include "api/store_json.hpp"

#include <doctest/doctest.h>

namespace chargehook::api {
namespace {

TEST_CASE("what a walk found reads back as it was written") {
  core::StoreCheckReport report;
  report.running = true;
  report.walks = 2;
  report.records_seen = 30;
  report.records_total = 40;
  report.rows_seen = 5;
  report.ended = *model::parse_rfc3339("2026-11-22T14:02:31.500Z");
  report.reason = "the store is closed";
  report.findings.add({journal::Harm::row, "kv a", "is \"bad\""});
  report.findings.add({journal::Harm::structure, {}, "is worse"});
  const auto read = read_store_check(store_check_json(report));
  REQUIRE(read);
  CHECK(read.value().running);
  CHECK(read.value().walks == 2);
  CHECK(read.value().records_seen == 30);
  CHECK(read.value().records_total == 40);
  CHECK(read.value().rows_seen == 5);
  CHECK(read.value().ended == report.ended);
  CHECK(read.value().reason == report.reason);
  CHECK(read.value().findings.kept() == report.findings.kept());
}

TEST_CASE("more findings than are listed are counted all the same") {
  core::StoreCheckReport report;
  for (int i = 0; i < 500; ++i) report.findings.add({journal::Harm::value, "log0", std::to_string(i)});
  const auto read = read_store_check(store_check_json(report));
  REQUIRE(read);
  CHECK(read.value().findings.kept().size() == journal::Findings::kept_max);
  CHECK(read.value().findings.count() == 500);
}

TEST_CASE("what a store holds reads back as it was written") {
  journal::StoreStats stats;
  stats.format = 1;
  stats.store_id = 0xf661'3d33'ef74'2b2d;
  stats.created = *model::parse_rfc3339("2026-11-22T14:02:31.500Z");
  stats.boots = 3;
  stats.next_sequence = 41;
  stats.usage = {1000, 10};
  stats.classes[0] = {7, 8192, journal::LogPlace{1, stats.created}, journal::LogPlace{9, stats.created}};
  stats.streams.push_back(
      {"billing", {0, model::EventClass::safety, 4}, false, 12, 5, 2, journal::LogPlace{13, stats.created}, 3});
  const auto read = read_store_stats(store_stats_json(stats));
  REQUIRE(read);
  CHECK(read.value().store_id == stats.store_id);
  CHECK(read.value().created == stats.created);
  CHECK(read.value().boots == 3);
  CHECK(read.value().next_sequence == 41);
  CHECK(read.value().usage.pages_used == 10);
  CHECK(read.value().classes[0].records == 7);
  CHECK(read.value().classes[0].newest->sequence == 9);
  CHECK_FALSE(read.value().classes[1].oldest);
  REQUIRE(read.value().streams.size() == 1);
  const auto& stream = read.value().streams.front();
  CHECK(stream.endpoint == "billing");
  CHECK(stream.id.event_class == model::EventClass::safety);
  CHECK(stream.id.generation == 4);
  CHECK(stream.behind == 2);
  CHECK(stream.oldest_behind->sequence == 13);
  CHECK(stream.pending == 3);
}

TEST_CASE("answers that are something else are refused") {
  for (const char* body : {"", "[]", "{}", "null", R"({"error":{}})", "{\"findings\":"}) {
    CAPTURE(body);
    CHECK_FALSE(read_store_check(body));
    CHECK_FALSE(read_store_stats(body));
  }
}

}  // namespace
}  // namespace chargehook::api
