#include "modbus/io/line_thread.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>

#include <condition_variable>
#include <future>
#include <mutex>

#include "fakes/longest_wait.hpp"
#include "test_meter.hpp"

namespace chargehook::modbus::io {
namespace {

using namespace std::chrono_literals;

model::Now now() {
  const auto steady = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::system_clock::now(), model::BootTime{std::chrono::duration_cast<model::Nanoseconds>(steady)},
          model::TimeQuality::synced};
}

Register reg(std::uint16_t at, const char* signal, const char* unit) {
  return {at, model::find_signal(signal).value(), model::find_unit(unit), WordType::float32, 1};
}

DeviceConfig meter(std::uint8_t address) {
  auto profile = std::make_shared<DeviceProfile>();
  profile->name = "test";
  profile->function = 4;
  profile->max_registers = 60;
  profile->only_even = true;
  profile->registers = {reg(0, "meter.voltage_l1", "V"), reg(52, "meter.power", "W"), reg(70, "meter.frequency", "Hz")};
  DeviceConfig out;
  out.name = "m";
  out.profile = profile;
  out.address = address;
  out.interval = 50ms;
  return out;
}

constexpr std::chrono::milliseconds longest_wait = fakes::longest_wait;

/// @param timeout short only where the meter is to miss it: a busy machine misses it as well
LineConfig tcp(const TcpMeter& meter_there, std::chrono::milliseconds timeout = longest_wait) {
  return {"grid", TcpAddress{"127.0.0.1", meter_there.port()}, {meter(1)}, timeout};
}

LineConfig serial(const SerialMeter& meter_there, std::chrono::milliseconds timeout = longest_wait) {
  return {"bus", SerialPort{meter_there.path()}, {meter(2)}, timeout};
}

/// A line at work, and everything it said.
class Running {
 public:
  Running(const LineConfig& config, ReservedDescriptors& reserved)
      : line_(config, reserved, now,
              {[this](std::vector<model::Reading> readings) { keep(readings_, std::move(readings)); },
               [this](StateChange change) { keep(changes_, {std::move(change)}); }}) {}

  /// Waits until something is so; false after `fakes::longest_wait`.
  template <class Condition>
  bool until(Condition is_so) {
    std::unique_lock guard{mutex_};
    return more_.wait_for(guard, fakes::longest_wait, [&] { return is_so(readings_, changes_); });
  }
  bool until_good(std::size_t count) {
    return until([count](const auto& readings, const auto&) { return good(readings) >= count; });
  }
  static std::size_t good(const std::vector<model::Reading>& readings) {
    return static_cast<std::size_t>(std::ranges::count(readings, model::Quality::good, &model::Reading::quality));
  }
  std::vector<model::Reading> readings() {
    const std::lock_guard guard{mutex_};
    return readings_;
  }
  std::uint64_t errors(PollError error) const {
    return line_.status().devices.at(0).errors[static_cast<std::size_t>(error)];
  }
  LineThread& line() { return line_; }

 private:
  template <class T>
  void keep(std::vector<T>& all, std::vector<T> some) {
    {
      const std::lock_guard guard{mutex_};
      std::ranges::move(some, std::back_inserter(all));
    }
    more_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<model::Reading> readings_;
  std::vector<StateChange> changes_;
  LineThread line_;  // last: its thread uses what is above
};

void check_values(const std::vector<model::Reading>& readings) {
  for (const model::Reading& reading : readings) {
    if (reading.quality != model::Quality::good) continue;
    const double expected = reading.signal == model::find_signal("meter.voltage_l1") ? 230.2
                            : reading.signal == model::find_signal("meter.power")    ? 6906
                                                                                     : 50;
    CHECK(std::get<double>(reading.value) == doctest::Approx(expected));
  }
}

TEST_CASE("a meter is read over TCP") {
  ReservedDescriptors reserved{2};
  TcpMeter there;
  Running line(tcp(there), reserved);
  REQUIRE(line.until_good(30));
  check_values(line.readings());
  CHECK(there.connections == 1);
  CHECK(line.line().status().is_open);
}

TEST_CASE("a meter is read over a serial line") {
  ReservedDescriptors reserved{2};
  SerialMeter there{2};
  Running line(serial(there), reserved);
  REQUIRE(line.until_good(15));
  check_values(line.readings());
}

TEST_CASE("a meter that hangs up is connected to again") {
  ReservedDescriptors reserved{1};
  TcpMeter there;
  Running line(tcp(there), reserved);
  REQUIRE(line.until_good(3));
  there.behaviour = Behaviour::hang_up;
  REQUIRE(line.until([](const auto&, const auto& changes) { return !changes.empty() && !changes.back().is_good; }));
  there.behaviour = Behaviour::answer;
  const std::size_t before = Running::good(line.readings());
  REQUIRE(line.until_good(before + 3));
  CHECK(there.connections >= 2);
  CHECK(line.errors(PollError::link_lost) >= 1);
}

TEST_CASE("an answer that comes after its time is not taken for the next one, on either kind of line") {
  ReservedDescriptors reserved{2};
  TcpMeter tcp_there;
  SerialMeter serial_there{2};
  for (TestMeter* there : {static_cast<TestMeter*>(&tcp_there), static_cast<TestMeter*>(&serial_there)}) {
    there->behaviour = Behaviour::late;
    Running line(there == &tcp_there ? tcp(tcp_there, 200ms) : serial(serial_there, 200ms), reserved);
    REQUIRE(line.until([&](const auto&, const auto&) { return line.errors(PollError::no_reply) >= 1; }));
    there->time_is_over();
    REQUIRE(line.until_good(9));
    check_values(line.readings());  // 199.9 V was in the late one
  }
}

TEST_CASE("the answer of another address is no reading, although the library takes it") {
  ReservedDescriptors reserved{2};
  TcpMeter there;
  there.behaviour = Behaviour::other_unit;
  Running line(tcp(there), reserved);
  REQUIRE(line.until([](const auto&, const auto& changes) { return !changes.empty(); }));
  CHECK(Running::good(line.readings()) == 0);
  CHECK(line.errors(PollError::wrong_unit) >= 1);
}

TEST_CASE("an exception is counted, its registers are invalid") {
  ReservedDescriptors reserved{2};
  SerialMeter there{2};
  there.behaviour = Behaviour::refuse;
  Running line(serial(there), reserved);
  REQUIRE(line.until([](const auto& readings, const auto&) { return readings.size() >= 3; }));
  CHECK(line.readings().front().quality == model::Quality::invalid);
  CHECK(line.errors(PollError::refused) >= 1);
}

TEST_CASE("stopping does not wait for an answer that never comes") {
  ReservedDescriptors reserved{2};
  SerialMeter there{9};
  Running line(serial(there, 1h), reserved);
  auto stopped = std::async(std::launch::async, [&] { line.line().stop(); });
  CHECK(stopped.wait_for(longest_wait) == std::future_status::ready);
}

TEST_CASE("a port and a host that do not exist are told by name") {
  ReservedDescriptors reserved{2};
  for (const auto& [link, name] : std::vector<std::pair<std::variant<TcpAddress, SerialPort>, std::string>>{
           {TcpAddress{"127.0.0.1", 1}, "127.0.0.1 port 1: Connection refused"},
           {SerialPort{"/dev/nonexistent"}, "/dev/nonexistent: No such file or directory"}}) {
    CAPTURE(name);
    Running line({"x", link, {meter(1)}, 300ms}, reserved);
    REQUIRE(line.until([](const auto&, const auto& changes) { return !changes.empty(); }));
    CHECK(line.line().status().last_error == name);
  }
}

TEST_CASE("with more than a thousand files open, the line still has a number below 1024") {
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  REQUIRE(limit.rlim_max > 1100);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4096);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  TcpMeter tcp_there;
  SerialMeter serial_there{2};
  ReservedDescriptors reserved{2};
  std::vector<int> files;
  while (files.empty() || files.back() < 1100) files.push_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  {
    Running over_tcp(tcp(tcp_there), reserved);
    Running over_serial(serial(serial_there), reserved);
    CHECK(over_tcp.until_good(6));
    CHECK(over_serial.until_good(6));
  }
  for (const int file : files) ::close(file);
}

TEST_CASE("a reserved number is kept when its file is closed, and none is given twice") {
  ReservedDescriptors reserved{1};
  const auto first = reserved.move_here(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
  REQUIRE(first.has_value());
  CHECK_FALSE(reserved.move_here(::open("/dev/zero", O_RDONLY | O_CLOEXEC)).has_value());
  reserved.give_back(*first);
  const int other = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
  CHECK(other != *first);
  CHECK(reserved.move_here(other) == first);
  reserved.give_back(*first);
}

}  // namespace
}  // namespace chargehook::modbus::io
