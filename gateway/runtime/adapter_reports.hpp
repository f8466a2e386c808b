/// What each kind of adapter tells of itself, in the one form of the status. Pure; on the thread of what it is given:
/// topics and offers are the core's.
#pragma once

#include <string>
#include <vector>

#include "core/adapter_status.hpp"
#include "modbus/status.hpp"
#include "mqtt/status.hpp"
#include "mqtt/topic_map.hpp"
#include "runtime/durable_offers.hpp"

namespace chargehook::runtime {

using AdapterReports = std::vector<core::AdapterStatus>;

/// Adds the line and each of its meters.
void add_line(const modbus::LineStatus& line, AdapterReports& out);

/// Adds the broker and each of its topics.
/// @param client what its MQTT client counts, `topics` what became of the messages
void add_broker(const std::string& name, const mqtt::SubscriberStatus& client, const mqtt::TopicMap& topics,
                AdapterReports& out);

/// Adds the events of all brokers that wait for the journal.
void add_offers(const DurableOffers& offers, AdapterReports& out);

}  // namespace chargehook::runtime
