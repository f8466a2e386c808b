#include "core/admission.hpp"

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
