#include "runtime/adapter_reports.hpp"

#include <doctest/doctest.h>

#include "small_depot.hpp"

namespace chargehook::runtime {
namespace {

std::uint64_t counted(const std::vector<core::AdapterCounter>& counters, const std::string& name) {
  const auto found = std::ranges::find(counters, name, &core::AdapterCounter::name);
  REQUIRE_MESSAGE(found != counters.end(), name);
  return found->value;
}

modbus::LineStatus line() {
  modbus::LineStatus out;
  out.name = "yard";
  out.is_open = true;
  out.opened = 1;
  auto& meter = out.devices.emplace_back();
  meter.name = "grid";
  meter.address = 7;
  meter.polls = 10;
  meter.good_polls = 8;
  meter.errors[0] = 1;
  meter.errors[1] = 1;
  meter.implausible = 3;
  return out;
}

mqtt::TopicMap topics() {
  mqtt::TopicConfig topic;
  topic.topic = mqtt::TopicPattern::parse("depot/<charger>/telemetry").value();
  return mqtt::TopicMap{{topic}};
}

TEST_CASE("a line that runs has no problem, and its meters count for themselves") {
  AdapterReports out;
  add_line(line(), out);
  REQUIRE(out.size() == 2);
  CHECK(out[0].kind == "line");
  CHECK(out[0].state == "open");
  CHECK(out[0].problem.empty());
  CHECK(title_of(out[1]) == "meter grid of line yard");
  CHECK(out[1].problem.empty());
  CHECK(counted(out[1].counters, "good_polls") == 8);
  CHECK(counted(out[1].counters, "failed_requests") == 2);
  CHECK(counted(out[1].losses, "implausible") == 3);
}

TEST_CASE("a line that cannot be opened says why and what to do, and speaks for its meters") {
  auto closed = line();
  closed.is_open = false;
  closed.open_failed = 4;
  closed.last_error = "192.168.1.7 port 502: connection refused";
  closed.devices[0].failures_in_a_row = 20;
  AdapterReports out;
  add_line(closed, out);
  CHECK(out[0].problem == "does not run: 192.168.1.7 port 502: connection refused");
  CHECK(out[0].next_step == "Check its cable and power, and host or path in adapters.d/");
  CHECK(out[1].problem.empty());
  closed.open_failed = 0;  // not tried yet
  out.clear();
  add_line(closed, out);
  CHECK(out[0].problem.empty());
}

TEST_CASE("a meter is a problem once it has not answered three times in a row") {
  for (const int failures : {0, 2, 3, 9}) {
    CAPTURE(failures);
    auto silent = line();
    silent.devices[0].failures_in_a_row = failures;
    silent.devices[0].last_error = "no reply";
    AdapterReports out;
    add_line(silent, out);
    CHECK(out[1].problem.empty() == (failures < 3));
    if (failures == 3) CHECK(out[1].problem == "gives no values: no reply (3 in a row, address 7)");
  }
}

TEST_CASE("a broker that is not connected, or does not let us subscribe, says so") {
  mqtt::SubscriberStatus client;
  client.is_connected = true;
  client.received = 5;
  client.dropped = 2;
  client.durable_timeouts = 1;
  AdapterReports out;
  add_broker("local", client, topics(), out);
  REQUIRE(out.size() == 2);
  CHECK(out[0].problem.empty());
  CHECK(counted(out[0].counters, "received") == 5);
  CHECK(counted(out[0].losses, "dropped") == 2);
  CHECK(counted(out[0].losses, "durable_timeouts") == 1);
  CHECK(title_of(out[1]) == "topic depot/<charger>/telemetry of broker local");

  client.refused_topics = 1;
  client.last_error = "the broker does not let us subscribe to a topic";
  out.clear();
  add_broker("local", client, topics(), out);
  CHECK(out[0].problem == "runs, but did not let us subscribe to a topic");

  client.is_connected = false;
  client.last_error = "not connected to 127.0.0.1 port 1883: code 135";
  out.clear();
  add_broker("local", client, topics(), out);
  CHECK(out[0].state == "not connected");
  CHECK(out[0].problem == "does not run: not connected to 127.0.0.1 port 1883: code 135");
  CHECK(out[0].next_step == "Check that the broker runs, and url, user and password in adapters.d/");
}

TEST_CASE("a topic counts what it could not read") {
  auto map = topics();
  const mqtt::Arrival arrival{};
  CHECK(map.take("depot/CP-1/telemetry", "no json", arrival, {}).has_error());
  CHECK(map.take("other", "{}", arrival, {}).has_error());
  AdapterReports out;
  add_broker("local", {}, map, out);
  CHECK(counted(out[0].losses, "unmatched") == 1);
  CHECK(counted(out[1].losses, "refused") == 1);
  CHECK(counted(out[1].counters, "messages") == 1);
}

TEST_CASE("durable events tell how many wait for the journal") {
  SmallDepot depot;
  depot.disk_works = false;
  DurableOffers offers{depot.io, depot.loop, depot.answers};
  offers.offer(payment("1"), "broker local", [] {});
  AdapterReports out;
  add_offers(offers, out);
  CHECK(out[0].state == "1 wait for the journal");
  CHECK(counted(out[0].counters, "waiting") == 1);
}

}  // namespace
}  // namespace chargehook::runtime
