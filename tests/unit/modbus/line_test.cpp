#include "modbus/line.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <random>

#include "meters.hpp"

namespace chargehook::modbus {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// A line and a world that answers it, on a clock that only the test moves.
class World {
 public:
  /// What a device does with a request: a frame, or nothing for silence.
  using Answer = std::function<std::optional<Happened>(const ReadRequest&)>;

  explicit World(LineConfig config)
      : framing_(config.is_serial() ? Framing::rtu : Framing::tcp), line_(std::move(config), now_.boot) {}

  Framing framing() const { return framing_; }
  std::map<int, Answer> answers;  ///< by address; a healthy meter if there is none
  std::function<Happened()> opening = [] { return Done{}; };
  milliseconds round_trip = 40ms;
  std::vector<std::string> transcript;  ///< what the line did, without waiting
  LineOutputs out;
  std::map<int, std::vector<model::BootTime>> asked;

  void run(milliseconds duration) {
    const model::BootTime end = now_.boot + duration;
    while (now_.boot < end) {
      const Command command = line_.step(now_, happened_, out);
      happened_ = std::visit([this](const auto& c) { return carry_out(c); }, command);
    }
  }

  LineStatus status() const { return line_.status(); }
  const DeviceStatus device(std::size_t i) const { return line_.status().devices.at(i); }

  std::vector<std::string> said() const {
    std::vector<std::string> lines;
    for (const StateChange& change : out.changes) lines.push_back(change.text);
    return lines;
  }

  std::size_t count(const std::string& device, model::Quality quality) const {
    return static_cast<std::size_t>(std::ranges::count_if(out.readings, [&](const model::Reading& reading) {
      return reading.device == "meter/" + device && reading.quality == quality;
    }));
  }

 private:
  void pass(milliseconds time) {
    now_.boot += time;
    now_.wall += time;
  }

  Happened carry_out(const Open& open) {
    Happened result = opening();
    pass(std::holds_alternative<Failed>(result) ? open.timeout : 1ms);
    transcript.emplace_back(std::holds_alternative<Failed>(result) ? "open: failed" : "open");
    return result;
  }
  Happened carry_out(const Close&) {
    transcript.emplace_back("close");
    return Done{};
  }
  Happened carry_out(const Drain& drain) {
    pass(drain.silence);
    transcript.push_back("drain " + std::to_string(drain.silence.count()) + " ms");
    return Done{};
  }
  Happened carry_out(const Wait& wait) {
    REQUIRE(wait.until > now_.boot);  // a line that does not wait spins
    now_.wall += wait.until - now_.boot;
    now_.boot = wait.until;
    return Done{};
  }
  Happened carry_out(const Ask& ask) {
    const ReadRequest& request = ask.request;
    asked[request.unit].push_back(now_.boot);
    const auto special = answers.find(request.unit);
    const auto reply = special != answers.end()
                           ? special->second(request)
                           : std::optional<Happened>{Frame{answer(framing_, request, healthy_words(request))}};
    pass(reply ? round_trip : ask.timeout);
    transcript.push_back("ask " + std::to_string(request.unit) + ": " + std::to_string(request.first) + "+" +
                         std::to_string(request.count) + (reply ? "" : " no reply"));
    return reply.value_or(NoReply{});
  }

  model::Now now_{model::WallTime{1'790'000'000s}, model::BootTime{100s}, model::TimeQuality::synced};
  Framing framing_;
  Line line_;
  Happened happened_ = Done{};
};

LineConfig serial_line(std::vector<DeviceConfig> devices) {
  return {"rs485-1", SerialPort{"/dev/ttyS0"}, std::move(devices), 500ms};
}
LineConfig tcp_line(std::vector<DeviceConfig> devices) {
  return {"grid", TcpAddress{"192.0.2.1"}, std::move(devices), 500ms};
}

const World::Answer silence = [](const ReadRequest&) { return std::nullopt; };

TEST_CASE("a healthy meter gives all its signals at each interval") {
  World world(tcp_line({meter("grid", 1, 1s)}));
  world.run(9500ms);
  CHECK(world.device(0).polls == 10);
  CHECK(world.device(0).good_polls == 10);
  CHECK(world.out.readings.size() == 130);
  CHECK(world.count("grid", model::Quality::good) == 130);
  const model::Reading& first = world.out.readings.front();
  CHECK(first.signal == signal_of("meter.voltage_l1"));
  CHECK(std::get<double>(first.value) == doctest::Approx(230.2));
  CHECK(first.source == "modbus");
  CHECK(world.said() == std::vector<std::string>{"meter grid answers on grid"});
}

TEST_CASE("on a serial line, what comes late is drained before the next question") {
  World world(serial_line({meter("a", 2, 1s), meter("b", 3, 1s)}));
  world.answers[2] = silence;
  world.run(1500ms);
  CHECK(world.transcript ==
        std::vector<std::string>{"open", "ask 2: 0+54 no reply", "drain 500 ms", "ask 3: 0+54", "ask 3: 70+6"});
  CHECK(world.device(0).errors[static_cast<std::size_t>(PollError::no_reply)] == 1);
}

TEST_CASE("a connection is made anew after a reply that did not come, so that a late one has nowhere to go") {
  World world(tcp_line({meter("a", 2, 1s), meter("b", 3, 1s)}));
  world.answers[2] = silence;
  world.run(600ms);
  CHECK(world.transcript ==
        std::vector<std::string>{"open", "ask 2: 0+54 no reply", "close", "open", "ask 3: 0+54", "ask 3: 70+6"});
}

TEST_CASE("of three devices one is dead: the others keep their interval, and it is tried once a minute") {
  World world(serial_line({meter("a", 1, 1s), meter("dead", 2, 1s), meter("c", 3, 1s)}));
  world.answers[2] = silence;
  world.run(600s);
  CHECK(world.device(0).good_polls >= 585);
  CHECK(world.device(2).good_polls >= 585);
  CHECK(world.device(0).good_polls <= 601);
  CHECK(world.device(1).polls <= 17);  // 0, 1, 3, 7, 15, 31, 63, then every minute
  CHECK(world.device(1).polls >= 14);
  CHECK(world.count("a", model::Quality::stale) == 0);
  CHECK(world.count("dead", model::Quality::good) == 0);
}

TEST_CASE("a meter that never answered has invalid readings without a value, once, and one line says so") {
  World world(serial_line({meter("a", 1, 1s), meter("dead", 2, 1s)}));
  world.answers[2] = silence;
  world.run(600s);
  CHECK(world.count("dead", model::Quality::invalid) == 13);
  for (const model::Reading& reading : world.out.readings) {
    CHECK((reading.quality == model::Quality::good) != std::holds_alternative<std::monostate>(reading.value));
  }
  CHECK(world.said().back() ==
        "meter dead: no answer for 3 s on rs485-1 (address 2). Other devices on the line answer. Last error: no "
        "answer");
  CHECK(world.out.changes.size() == 2);
}

TEST_CASE("a meter that goes keeps its last values as stale, and comes back with a line of its own") {
  World world(tcp_line({meter("grid", 1, 1s)}));
  world.run(10s);
  world.answers[1] = silence;
  world.run(20s);
  CHECK(world.count("grid", model::Quality::stale) == 13);
  CHECK(std::get<model::MilliwattHours>(world.out.readings.back().value).value == 1'000'000);
  world.answers.erase(1);
  const auto good = world.count("grid", model::Quality::good);
  world.run(70s);
  CHECK(world.count("grid", model::Quality::good) > good);
  CHECK(world.said() ==
        std::vector<std::string>{"meter grid answers on grid",
                                 "meter grid: no answer for 3 s on grid (address 1). Last error: no answer",
                                 "meter grid answers on grid"});
  CHECK(world.device(0).failures_in_a_row == 0);
}

TEST_CASE("a stale value keeps the time at which it was measured") {
  World world(tcp_line({meter("grid", 1, 1s)}));
  world.run(500ms);
  const model::WallTime measured = world.out.readings.front().observed;
  world.answers[1] = silence;
  world.run(10s);
  CHECK(world.out.readings.back().quality == model::Quality::stale);
  CHECK(world.out.readings.back().observed == measured);
  CHECK(world.out.readings.back().received > measured);
}

TEST_CASE("a host that cannot be reached is tried with growing pauses, and said once") {
  World world(tcp_line({meter("grid", 1, 1s)}));
  world.opening = [] { return Failed{"192.0.2.1 port 502: Connection refused"}; };
  world.run(10min);
  CHECK(world.status().open_failed >= 18);
  CHECK(world.status().open_failed <= 30);
  CHECK(world.status().devices[0].polls == 0);
  CHECK(world.said() == std::vector<std::string>{"line grid: 192.0.2.1 port 502: Connection refused",
                                                 "meter grid: no answer for 3 s on grid (address 1)"});
  world.opening = [] { return Done{}; };
  world.run(1min);
  CHECK(world.said()[2] == "line grid works again");
  CHECK(world.device(0).good_polls > 0);
}

TEST_CASE("a host that hangs up on every question is not asked in a loop") {
  World world(tcp_line({meter("grid", 1, 1s)}));
  world.answers[1] = [](const ReadRequest&) { return Failed{"closed by the other side"}; };
  world.run(10min);
  CHECK(world.device(0).polls <= 30);
  CHECK(world.device(0).errors[static_cast<std::size_t>(PollError::link_lost)] == world.device(0).polls);
}

TEST_CASE("registers the meter refuses are invalid, the rest of the poll is good") {
  World world(serial_line({meter("a", 2, 1s)}));
  world.answers[2] = [](const ReadRequest& request) -> std::optional<Happened> {
    if (request.first == 70) return Frame{exception(Framing::rtu, request, 2)};
    return Frame{answer(Framing::rtu, request, healthy_words(request))};
  };
  world.run(900ms);
  CHECK(world.count("a", model::Quality::good) == 10);
  CHECK(world.count("a", model::Quality::invalid) == 3);
  CHECK(world.said() == std::vector<std::string>{"meter a refuses 6 registers from 70: exception 2. Is the profile "
                                                 "eastron-sdm630 right?",
                                                 "meter a answers on rs485-1"});
  world.run(10s);
  CHECK(world.out.changes.size() == 2);  // said once
  CHECK(world.device(0).errors[static_cast<std::size_t>(PollError::refused)] == world.device(0).polls);
}

TEST_CASE("a device its gateway cannot reach backs off, and the connection stays") {
  World world(tcp_line({meter("a", 1, 1s), meter("b", 2, 1s)}));
  world.answers[2] = [](const ReadRequest& request) { return Frame{exception(Framing::tcp, request, 11)}; };
  world.run(100s);
  CHECK(world.status().opened == 1);
  CHECK(world.device(0).good_polls >= 99);
  CHECK(world.device(1).polls <= 9);
}

TEST_CASE("a value that is not plausible gives no number, is counted, and is said once") {
  World world(tcp_line({meter("grid", 1, 1s)}));
  float hertz = 500;
  world.answers[1] = [&](const ReadRequest& request) -> std::optional<Happened> {
    Words words = healthy_words(request);
    if (request.first == 70) std::ranges::copy(float_words(hertz), words.begin());
    return Frame{answer(Framing::tcp, request, words)};
  };
  world.run(4500ms);
  CHECK(world.device(0).implausible == 5);
  CHECK(world.count("grid", model::Quality::invalid) == 5);
  CHECK(world.said().back() == "meter grid: meter.frequency is not plausible");
  hertz = 50;
  world.run(2s);
  CHECK(world.said().back() == "meter grid: meter.frequency is plausible again");
  CHECK(world.out.changes.size() == 3);
}

TEST_CASE("the serial number is asked once when a meter answers, and again after it was gone") {
  DeviceProfile profile = sdm630();
  profile.identify = Identify{3, 0xFC00, WordType::uint32};
  World world(tcp_line({meter("grid", 1, 1s, profile)}));
  world.run(5s);
  CHECK(world.device(0).serial == "1234567");
  CHECK(world.said().back() == "meter grid: serial 1234567");
  const auto asked_for_serial = [&] { return std::ranges::count(world.transcript, "ask 1: 64512+2"); };
  CHECK(asked_for_serial() == 1);
  world.answers[1] = silence;
  world.run(10s);
  world.answers.erase(1);
  world.run(10s);
  CHECK(asked_for_serial() == 2);
}

TEST_CASE("a late answer of one device is not taken for the next") {
  // The frame that answers `a` arrives while `b` is asked: same form, other address.
  World world(serial_line({meter("a", 2, 10s), meter("b", 3, 10s)}));
  world.answers[2] = silence;
  world.answers[3] = [](const ReadRequest& request) -> std::optional<Happened> {
    ReadRequest late = request;
    late.unit = 2;
    return Frame{answer(Framing::rtu, late, healthy_words(late))};
  };
  world.run(5s);
  CHECK(world.out.readings.empty());
  CHECK(world.device(1).errors[static_cast<std::size_t>(PollError::wrong_unit)] == 1);
}

TEST_CASE("an exception of the answer's form for a longer question gives no reading") {
  // A late answer to the second request of a poll, taken as that to the first: the length tells.
  World world(serial_line({meter("a", 2, 10s)}));
  world.answers[2] = [](const ReadRequest& request) -> std::optional<Happened> {
    ReadRequest late = request;
    late.first = 70;
    late.count = 6;
    return Frame{answer(Framing::rtu, late, healthy_words(late))};
  };
  world.run(5s);
  CHECK(world.out.readings.empty());
  CHECK(world.device(0).errors[static_cast<std::size_t>(PollError::wrong_length)] == 1);
}

TEST_CASE("500 spoilt answers are 500 errors, no reading, and the line goes on") {
  for (const bool serial : {true, false}) {
    CAPTURE(serial);
    auto devices = std::vector{meter("a", 2, 1s)};
    World world(serial ? serial_line(devices) : tcp_line(devices));
    std::mt19937 random{7};
    int spoilt = 0;
    world.answers[2] = [&](const ReadRequest& request) -> std::optional<Happened> {
      Bytes frame = answer(world.framing(), request, healthy_words(request));
      switch (random() % 4) {
        case 0:  // cut
          frame.resize(random() % frame.size());
          break;
        case 1:  // one byte of what frames it
          frame[random() % 9] ^= static_cast<std::uint8_t>(1 + random() % 255);
          if (serial) frame[random() % 3] ^= 0x55;
          break;
        case 2:  // more than announced
          for (std::size_t i = 0; i <= random() % 40; ++i) frame.push_back(static_cast<std::uint8_t>(random()));
          break;
        default:  // anything
          frame.assign(random() % 260, 0);
          for (auto& byte : frame) byte = static_cast<std::uint8_t>(random());
      }
      ++spoilt;
      return Frame{std::move(frame)};
    };
    while (spoilt < 500) world.run(60s);
    CHECK(world.count("a", model::Quality::good) == 0);
    CHECK(world.device(0).good_polls == 0);
    std::uint64_t errors = 0;
    for (const std::uint64_t kind : world.device(0).errors) errors += kind;
    CHECK(errors == static_cast<std::uint64_t>(spoilt));
    world.answers.clear();
    world.run(2min);
    CHECK(world.count("a", model::Quality::good) > 0);
  }
}

TEST_CASE("devices with too much for one line share it fairly") {
  World world(serial_line({meter("a", 1, 1s), meter("b", 2, 1s), meter("c", 3, 1s)}));
  world.round_trip = 400ms;  // 2.4 s for all three
  world.run(240s);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(world.device(i).good_polls >= 88);
    CHECK(world.device(i).good_polls <= 100);
  }
}

}  // namespace
}  // namespace chargehook::modbus
