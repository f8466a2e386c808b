#include "runtime/adapter_reports.hpp"

#include <numeric>

namespace chargehook::runtime {

namespace {

using core::AdapterStatus;

constexpr int failures_of_a_problem = 3;  // one may be chance; by then the meter's values are stale

AdapterStatus begin(std::string kind, std::string name, std::string part_of = {}) {
  AdapterStatus out;
  out.kind = std::move(kind);
  out.name = std::move(name);
  out.part_of = std::move(part_of);
  return out;
}

void add_meter(const modbus::DeviceStatus& meter, const modbus::LineStatus& line, AdapterReports& out) {
  auto status = begin("meter", meter.name, "line " + line.name);
  status.state = meter.failures_in_a_row == 0 ? "answers" : "does not answer";
  if (meter.polls == 0) status.state = "not asked yet";
  if (line.is_open && meter.failures_in_a_row >= failures_of_a_problem) {
    status.problem = "gives no values: " + meter.last_error + " (" + std::to_string(meter.failures_in_a_row) +
                     " in a row, address " + std::to_string(meter.address) + ")";
    status.next_step = "Check its power and wiring, and address and profile in adapters.d/";
  }
  const auto failed = std::accumulate(meter.errors.begin(), meter.errors.end(), std::uint64_t{0});
  status.counters = {{"polls", meter.polls}, {"good_polls", meter.good_polls}, {"failed_requests", failed}};
  status.losses = {{"not_available", meter.not_available}, {"implausible", meter.implausible}};
  out.push_back(std::move(status));
}

void add_topic(const mqtt::TopicStatus& topic, const std::string& broker, AdapterReports& out) {
  auto status = begin("topic", topic.topic, "broker " + broker);
  status.state = topic.messages == 0 ? "nothing came" : "read";
  status.counters = {
      {"messages", topic.messages}, {"readings", topic.readings}, {"events", topic.events}, {"absent", topic.absent}};
  status.losses = {{"refused", topic.refused}, {"invalid", topic.invalid}};
  out.push_back(std::move(status));
}

}  // namespace

void add_line(const modbus::LineStatus& line, AdapterReports& out) {
  auto status = begin("line", line.name);
  status.state = line.is_open ? "open" : "not open";
  if (!line.is_open && line.open_failed > 0) {
    status.problem = "does not run: " + line.last_error;
    status.next_step = "Check its cable and power, and host or path in adapters.d/";
  }
  status.counters = {{"opened", line.opened}, {"open_failed", line.open_failed}};
  status.losses = {{"noisy", line.noisy}};
  out.push_back(std::move(status));
  for (const auto& meter : line.devices) add_meter(meter, line, out);
}

void add_broker(const std::string& name, const mqtt::SubscriberStatus& client, const mqtt::TopicMap& topics,
                AdapterReports& out) {
  auto status = begin("broker", name);
  status.state = client.is_connected ? "connected" : "not connected";
  if (!client.is_connected && !client.last_error.empty()) {
    status.problem = "does not run: " + client.last_error;
    status.next_step = "Check that the broker runs, and url, user and password in adapters.d/";
  } else if (client.is_connected && client.refused_topics > 0) {
    status.problem = "runs, but did not let us subscribe to a topic";
    status.next_step = "Give this user the right to read it, on the broker";
  }
  const auto blocked = std::chrono::duration_cast<std::chrono::milliseconds>(client.blocked).count();
  status.counters = {{"connected", client.connected},
                     {"connect_failed", client.connect_failed},
                     {"received", client.received},
                     {"blocked_ms", static_cast<std::uint64_t>(blocked)}};
  status.losses = {{"dropped", client.dropped},
                   {"durable_timeouts", client.durable_timeouts},
                   {"refused_topics", client.refused_topics},
                   {"unmatched", topics.unmatched()}};
  out.push_back(std::move(status));
  for (const auto& topic : topics.status()) add_topic(topic, name, out);
}

void add_offers(const DurableOffers& offers, AdapterReports& out) {
  const auto& counters = offers.counters();
  auto status = begin("durable", "events");
  status.state = offers.waiting() == 0 ? "all stored" : std::to_string(offers.waiting()) + " wait for the journal";
  status.counters = {{"stored", counters.stored},
                     {"waiting", offers.waiting()},
                     {"put_off", counters.put_off},
                     {"came_again", counters.came_again}};
  status.losses = {{"refused", counters.refused}, {"left_out", counters.left_out}};
  out.push_back(std::move(status));
}

}  // namespace chargehook::runtime
