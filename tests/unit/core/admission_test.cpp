#include "core/intake/admission.hpp"

#include <doctest/doctest.h>

using namespace chargehook;
using namespace chargehook::core;

namespace {

constexpr model::Now now{model::WallTime{std::chrono::seconds{1'790'000'000}}, model::BootTime{},
                         model::TimeQuality::synced};

journal::Entry entry(model::EventClass event_class, std::size_t data_bytes = 2) {
  journal::Entry out;
  model::Event event;
  event.id = "evt_1";
  event.type = "gateway.test";
  event.event_class = event_class;
  event.data.resize(data_bytes, 'x');
  out.events.push_back(std::move(event));
  return out;
}

journal::StoredState full_store() {
  journal::StoredState stored;
  stored.usage = {10'000, 10'000};
  return stored;
}

}  // namespace

TEST_CASE("what nobody repeats is kept while the store is full, and taken in order when there is room") {
  journal::Intake intake{full_store(), now};
  Admission admission{intake};
  admission.keep(now, entry(model::EventClass::billing));
  admission.keep(now, entry(model::EventClass::safety));
  CHECK(admission.is_refused());
  CHECK(admission.counters(model::EventClass::billing).admitted == 0);

  journal::Intake roomy{journal::StoredState{}, now};
  Admission with_room{roomy};
  with_room.keep(now, entry(model::EventClass::billing));
  CHECK_FALSE(with_room.is_refused());
  CHECK(with_room.counters(model::EventClass::billing).admitted == 1);
}

TEST_CASE("an event that will never fit does not hold up those behind it") {
  journal::Intake intake{journal::StoredState{}, now};
  Admission admission{intake};
  admission.keep(now, entry(model::EventClass::billing, 100'000));
  admission.keep(now, entry(model::EventClass::billing));
  CHECK_FALSE(admission.is_refused());
  CHECK(admission.counters(model::EventClass::billing).refused == 1);
  CHECK(admission.counters(model::EventClass::billing).admitted == 1);
}

TEST_CASE("an offer that is refused is counted and not kept") {
  journal::Intake intake{full_store(), now};
  Admission admission{intake};
  CHECK(admission.offer(now, entry(model::EventClass::telemetry)).has_error());
  CHECK_FALSE(admission.is_refused());
  CHECK(admission.counters(model::EventClass::telemetry).refused == 1);
}

namespace {

/// Between 96 and 98 % of what may be filled: state is refused, billing is not.
journal::StoredState nearly_full_store() {
  journal::StoredState stored;
  stored.usage = {100'000 + journal::reserve_pages, 97'000};
  return stored;
}

journal::Entry of_device(model::EventClass event_class, const std::string& device, const std::string& row = {}) {
  auto out = entry(event_class);
  out.events.front().partition_key = device;
  out.events.front().data = device + " " + std::string(to_string(event_class));
  if (!row.empty()) out.kv.push_back({row, out.events.front().data});
  return out;
}

/// What the intake has taken, in its order.
std::vector<std::string> taken(journal::Intake& intake) {
  journal::IntakeOutputs closing;
  std::vector<std::string> out;
  if (const auto batch = intake.close_batch(now, {}, closing)) {
    for (const auto& record : batch->records) out.push_back(record->event.data);
  }
  return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("billing does not wait behind a state entry of another device that the store takes no more") {
  journal::Intake intake{nearly_full_store(), now};
  Admission admission{intake};
  admission.keep(now, of_device(model::EventClass::state, "charger/1"));
  CHECK(admission.is_refused());
  admission.keep(now, of_device(model::EventClass::billing, "charger/2"));
  CHECK(admission.counters(model::EventClass::billing).admitted == 1);
  CHECK(admission.counters(model::EventClass::state).admitted == 0);
  CHECK(admission.is_refused());
  CHECK(taken(intake) == Texts{"charger/2 billing"});
}

TEST_CASE("what lies before a billing entry of the same device or row goes in with it, in its order") {
  journal::Intake intake{nearly_full_store(), now};
  Admission admission{intake};
  admission.keep(now, of_device(model::EventClass::state, "charger/1"));
  admission.keep(now, of_device(model::EventClass::state, "charger/2", "ocpp/shared"));
  admission.keep(now, of_device(model::EventClass::state, "charger/3", "ocpp/shared"));
  admission.keep(now, of_device(model::EventClass::state, "charger/4"));
  admission.keep(now, of_device(model::EventClass::billing, "charger/3"));
  admission.keep(now, of_device(model::EventClass::state, "charger/3"));
  CHECK(taken(intake) == Texts{"charger/2 state", "charger/3 state", "charger/3 billing"});
  CHECK(admission.counters(model::EventClass::state).admitted == 2);
  CHECK(admission.is_refused());
}

TEST_CASE("above the level of billing nothing passes") {
  journal::Intake intake{full_store(), now};
  Admission admission{intake};
  admission.keep(now, of_device(model::EventClass::state, "charger/1"));
  admission.keep(now, of_device(model::EventClass::billing, "charger/2"));
  CHECK(taken(intake).empty());
  CHECK(admission.counters(model::EventClass::billing).admitted == 0);
}

TEST_CASE("only what is too large is refused for good") {
  CHECK(is_for_good({"size", ""}));
  for (const auto* code : {"pressure", "queue", "stopping"}) CHECK_FALSE(is_for_good({code, ""}));
}

TEST_CASE("what is too large is refused as such by a full store too, so that nobody repeats it") {
  journal::Intake intake{full_store(), now};
  Admission admission{intake};
  const auto refused = admission.offer(now, entry(model::EventClass::billing, 100'000));
  REQUIRE(refused.has_error());
  CHECK(is_for_good(refused.error()));
}
