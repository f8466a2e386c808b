#include "delivery/filter.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using chargehook::delivery::Filter;
using chargehook::model::EventClass;

namespace {

struct Canonical {
  const char* written;
  const char* text;
};

struct Match {
  const char* filter;
  const char* type;
  bool matches;
};

struct Refused {
  const char* written;
  const char* hint;
};

}  // namespace

TEST_CASE("one meaning has one text") {
  constexpr std::array<Canonical, 9> cases{{
      {"all", "all"},
      {" session.ended ", "session.ended"},
      {"session.ended,session.ended", "session.ended"},
      {"session.*,payment.completed", "payment.completed, session.*"},
      {"session.ended, session.*, session.started", "session.*"},
      {"session.*, all, fault.raised", "all"},
      {"fault.*,\n  charger.booted", "charger.booted, fault.*"},
      {"load_management.raised,load_management.*", "load_management.*"},
      {"gateway.test", "gateway.test"},
  }};
  for (const auto& c : cases) {
    CAPTURE(c.written);
    const auto filter = Filter::parse(c.written);
    REQUIRE(filter.has_value());
    CHECK(filter.value().text() == c.text);
    CHECK(Filter::from_canonical(c.text) == filter.value());
    CHECK(Filter::parse(c.text).value() == filter.value());
  }
}

TEST_CASE("patterns match whole names, groups match what stands below them") {
  constexpr std::array<Match, 12> cases{{
      {"all", "session.ended", true},
      {"all", "anything", true},
      {"session.*", "session.ended", true},
      {"session.*", "session", false},
      {"session.*", "sessions.ended", false},
      {"session.*", "reservation.created", false},
      {"session.ended", "session.ended", true},
      {"session.ended", "session.ended.v2", false},
      {"session.ended", "session.end", false},
      {"charger.booted, fault.*", "fault.raised", true},
      {"charger.booted, fault.*", "charger.booted", true},
      {"charger.booted, fault.*", "charger.connected", false},
  }};
  for (const auto& c : cases) {
    CAPTURE(c.filter);
    CAPTURE(c.type);
    CHECK(Filter::parse(c.filter).value().matches(c.type) == c.matches);
  }
  CHECK_FALSE(Filter{}.matches("session.ended"));
}

TEST_CASE("a pattern that fits no event type is refused with the nearest that does") {
  constexpr std::array<Refused, 12> cases{{
      {"session.endet", "session.ended"},
      {"session.*, payment.complete", "payment.completed"},
      {"sesion.*", "session.*"},
      {"session", "session.*"},
      {"sessions", "session.*"},
      {"*", "all"},
      {"io.chargehook.session.ended", "session.ended"},
      {"telemetry.reading", "telemetry.readings"},
      {"fault.*,", "missing"},
      {"", "missing"},
      {"session.", "session.*"},
      {"zzzzzzzzzzzzzzz", "zzzzzzzzzzzzzzz"},
  }};
  for (const auto& c : cases) {
    CAPTURE(c.written);
    const auto filter = Filter::parse(c.written);
    REQUIRE(filter.has_error());
    CHECK(filter.error().code == "E130");
    CAPTURE(filter.error().message);
    CHECK(filter.error().message.find(c.hint) != std::string::npos);
  }
  CHECK(Filter::parse("ses\nsion.*").error().message.find('\n') == std::string::npos);
}

TEST_CASE("a stored filter keeps types that this build does not know") {
  const auto filter = Filter::from_canonical("future.thing, later.*, session.ended");
  CHECK(filter.text() == "future.thing, later.*, session.ended");
  CHECK(filter.matches("future.thing"));
  CHECK(filter.matches("later.on"));
  CHECK_FALSE(filter.matches("future.other"));
}

TEST_CASE("a filter wants the classes of the types it matches") {
  const auto sessions = Filter::parse("session.ended, fault.*").value();
  CHECK(sessions.wants(EventClass::billing));
  CHECK(sessions.wants(EventClass::safety));
  CHECK_FALSE(sessions.wants(EventClass::telemetry));
  CHECK(Filter::parse("all").value().wants(EventClass::telemetry));
  CHECK_FALSE(Filter{}.wants(EventClass::billing));
}
