// Meters, lines, brokers and topics: what is read of them, and what is said about slips.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "config/files.hpp"
#include "core/configuration/config_changes.hpp"
#include "folder.hpp"

namespace chargehook::config {
namespace {

using namespace std::chrono_literals;

const std::string source_dir = CHARGEHOOK_SOURCE_DIR;

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

const std::string& shipped_profile() {
  static const std::string text = content(source_dir + "/config/devices/eastron-sdm630.yaml");
  return text;
}

/// The sound configuration, the shipped profile, and one file more.
Loaded load_with(const std::string& path, const std::string& text) {
  Files files = with_file(path, text);
  files.sources.insert(files.sources.begin(), {"/usr/share/chargehook/devices/eastron-sdm630.yaml", shipped_profile()});
  return load(files);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("the example with meters and a broker loads, and says what it shows") {
  const Loaded loaded =
      load(read_folder(source_dir + "/config/examples/meters", {"/nonexistent", source_dir + "/config/devices"}));
  REQUIRE_MESSAGE(loaded.generation.has_value(), to_text(loaded.diagnostics));
  CHECK(loaded.diagnostics.all().empty());
  REQUIRE(loaded.generation->modbus.size() == 2);
  const modbus::LineConfig& grid = loaded.generation->modbus[0];
  CHECK(grid.name == "grid");
  CHECK(std::get<modbus::TcpAddress>(grid.link) == modbus::TcpAddress{"192.168.10.20", 502});
  CHECK(grid.timeout == 1s);
  CHECK(grid.devices.at(0).interval == 1s);
  CHECK(grid.devices.at(0).wiring.is_normal());
  const modbus::LineConfig& bus = loaded.generation->modbus[1];
  CHECK(std::get<modbus::SerialPort>(bus.link) ==
        modbus::SerialPort{"/dev/serial/by-id/usb-FTDI_FT232R-if00-port0", 9600, 8, modbus::Parity::none, 1});
  const modbus::DeviceConfig& feeder = bus.devices.at(0);
  CHECK(feeder.name == "feeder-a");
  CHECK(feeder.address == 2);
  CHECK(feeder.interval == 5s);
  CHECK(feeder.wiring.reversed == std::array{false, true, false});
  CHECK(feeder.ct_ratio == 80);
  CHECK(feeder.profile == grid.devices[0].profile);
  REQUIRE(loaded.generation->mqtt.size() == 1);
  const mqtt::BrokerConfig& broker = loaded.generation->mqtt[0];
  CHECK(broker.host == "127.0.0.1");
  CHECK(broker.port == 1883);
  CHECK_FALSE(broker.tls);
  CHECK(broker.client_id == "chargehook-depot-nord-1-local");
  REQUIRE(broker.topics.size() == 2);
  CHECK(broker.topics[0].topic.filter() == "depot/+/telemetry");
  CHECK(broker.topics[0].expect_every == 5s);
  CHECK(broker.topics[0].readings.size() == 2);
  CHECK(broker.topics[1].acknowledge == mqtt::Acknowledge::durable);
  const mqtt::EventMapping& event = broker.topics[1].event.value();
  CHECK(event.type->name == "payment.completed");
  CHECK(event.id.pointer() == "/reference");
  CHECK(event.data.at(0).member == "amount_minor");
  CHECK(event.data.at(3).member == "terminal");
}

TEST_CASE("the shipped profile is read in full, and its samples read as they say") {
  const Loaded loaded = load_with("adapters.d/x.yaml",
                                  "modbus:\n  - line: a\n    host: meter\n    devices:\n      - name: m\n"
                                  "        profile: eastron-sdm630\n        address: 1\n");
  REQUIRE_MESSAGE(loaded.generation.has_value(), to_text(loaded.diagnostics));
  const modbus::DeviceProfile& profile = *loaded.generation->modbus.at(0).devices.at(0).profile;
  CHECK(profile.maker == "Eastron");
  CHECK(profile.function == 4);
  CHECK(profile.max_registers == 60);
  CHECK(profile.only_even);
  CHECK(profile.registers.size() == 16);
  CHECK(profile.registers.back().at == 74);
  CHECK(profile.identify == modbus::Identify{3, 0xFC00, modbus::WordType::uint32});
  CHECK(profile.golden.size() == 7);
  CHECK(profile.plausible.size() == 13);
}

struct Slip {
  const char* what;
  std::string from;
  std::string to;
  const char* told;  ///< "line code message | help" of the first thing reported; nothing: sound
};

/// Each slip is one change to a sound file.
void check_slips(const std::string& path, const std::string& good, const std::vector<Slip>& slips) {
  const Loaded sound = load_with(path, good);
  REQUIRE_MESSAGE(sound.diagnostics.all().empty(), to_text(sound.diagnostics));
  for (const Slip& slip : slips) {
    CAPTURE(slip.what);
    const Loaded loaded = load_with(path, replaced(good, slip.from, slip.to));
    std::string told;
    if (!loaded.diagnostics.all().empty()) {
      const Diagnostic& first = loaded.diagnostics.all().front();
      told = std::to_string(first.line) + " " + first.code + " " + first.message + " | " + first.help;
    }
    CHECK(told == slip.told);
  }
}

TEST_CASE("slips in a line and its meters are told where they are") {
  const std::string good =
      "modbus:\n"
      "  - line: bus\n"
      "    port: /dev/ttyS0\n"
      "    serial: 9600 8N1\n"
      "    devices:\n"
      "      - name: a\n"
      "        profile: eastron-sdm630\n"
      "        address: 2\n"
      "        wired: normal\n"
      "        ct: 400 A / 5 A\n"
      "      - name: b\n"
      "        profile: eastron-sdm630\n"
      "        address: 3\n"
      "  - line: grid\n"
      "    host: 192.168.10.20:1502\n"
      "    devices:\n"
      "      - name: grid\n"
      "        profile: eastron-sdm630\n"
      "        address: 1\n";
  check_slips(
      "adapters.d/modbus.yaml", good,
      {
          {"all phases", "wired: normal", "wired: reversed", ""},
          {"two phases", "wired: normal", "wired: reversed L1 L3", ""},
          {"another serial form", "9600 8N1", "19200 8E1", ""},
          {"the only adapter", "/dev/ttyS0", "usb", ""},
          {"an IPv6 address", "192.168.10.20:1502", "\"[fd00::1]:502\"", ""},
          {"a profile that is not there", "profile: eastron-sdm630", "profile: eastron-sdm63",
           "7 E164 there is no device profile \"eastron-sdm63\" | did you mean \"eastron-sdm630\"?"},
          {"an address twice", "address: 3", "address: 2",
           "11 E140 address 2 is given twice on this line | each meter on a line has its own"},
          {"an address no meter has", "address: 3", "address: 248", "13 E138 \"248\" is out of range | from 1 to 247"},
          {"a meter twice", "name: grid", "name: a",
           "17 E140 meter \"a\" is given twice (first at adapters.d/modbus.yaml:6) | give one of them another name"},
          {"host and port", "    port: /dev/ttyS0\n", "    port: /dev/ttyS0\n    host: x\n",
           "2 E160 a line has either a host or a port | host: 192.168.10.20 for Modbus TCP, port: "
           "/dev/serial/by-id/… for a serial bus"},
          {"no serial setting", "    serial: 9600 8N1\n", "", "2 E109 key \"serial\" is missing | add `serial:` here"},
          {"a serial setting that is none", "9600 8N1", "9600",
           "4 E160 \"9600\" is not a setting of a serial line | baud, data bits, parity, stop bits, as in 9600 8N1, "
           "19200 8E1"},
          {"a baud rate that is none", "9600 8N1", "9601 8N1",
           "4 E160 \"9601 8N1\" is not a setting of a serial line | baud, data bits, parity, stop bits, as in 9600 "
           "8N1, 19200 8E1"},
          {"a URL for a host", "192.168.10.20:1502", "tcp://192.168.10.20",
           "15 E160 \"tcp://192.168.10.20\" is not a host with a port | write a name or an address: 192.168.10.20 or "
           "meter:1502"},
          {"serial on a host", "    host: 192.168.10.20:1502\n", "    host: 192.168.10.20:1502\n    serial: 9600 8N1\n",
           "16 E110 unknown key \"serial\" | one of: "
           "line, host, port, timeout, devices"},
          {"a wiring that is none", "wired: normal", "wired: reversed L4",
           "9 E160 \"reversed L4\" is not a wiring | normal, reversed, or reversed and the phases: reversed L2"},
          {"a transformer without units", "400 A / 5 A", "400/5",
           "10 E160 \"400/5\" is not a current transformer | write it as 400 A / 5 A"},
          {"an interval without unit", "        ct: 400 A / 5 A", "        interval: 1",
           "10 E134 \"1\" has no unit | a time is written with its unit: 15 s"},
          {"the same host in two lines", "    port: /dev/ttyS0\n    serial: 9600 8N1\n",
           "    host: 192.168.10.20:1502\n",
           "14 E140 line at \"192.168.10.20:1502\" is given twice (first at adapters.d/modbus.yaml:3) | give one of "
           "them another name"},
      });
}

TEST_CASE("slips in a device profile are told where they are, and its samples catch the rest") {
  const std::string good =
      "profile: mine\nmaker: Me\nfunction: 3\ntype: float32\norder: ABCD\nregisters:\n"
      "  - at: 0x10\n    signal: meter.power\n    unit: kW\n"
      "  - at: 18\n    signal: meter.frequency\n    unit: Hz\n    type: uint16\n    scale: 0.1\n"
      "plausible:\n  - meter.frequency between 45 Hz and 65 Hz\n"
      "golden:\n  - request: 0012 0001\n    reply: 01F4\n    reads: meter.frequency 50 Hz\n";
  check_slips(
      "devices.d/mine.yaml", good,
      {
          {"a sample in another unit", "50 Hz\n", "50000 mHz\n", ""},
          {"words the wrong way round", "order: ABCD", "order: BADC",
           "20 E162 the sample at register 18 does not read as it says for meter.frequency | check order, type, unit "
           "and scale of the register"},
          {"a wrong scale", "scale: 0.1", "scale: 0.01",
           "20 E162 the sample at register 18 does not read as it says for meter.frequency | check order, type, unit "
           "and scale of the register"},
          {"a signal that is none", "meter.power", "meter.powr",
           "8 E163 there is no signal \"meter.powr\" | did you mean \"meter.power\"?"},
          {"a unit that measures something else", "kW", "kWh",
           "9 E135 \"kWh\" is not a unit of power | write for example W"},
          {"a unit that is none", "kW", "kw", "9 E136 \"kw\" is not a unit of power | write for example W"},
          {"a register that is none", "0x10", "0x10000",
           "7 E161 \"0x10000\" is not a register | as on the wire, counted from 0: 70 or 0x46"},
          {"a signal twice", "meter.frequency\n    unit: Hz", "meter.power\n    unit: W",
           "11 E161 \"meter.power\" is given twice | one register for each signal"},
          {"a type that is none", "type: float32", "type: float",
           "4 E139 \"float\" is not a value of \"type\" | one of: int16, uint16, int32, uint32, int64, uint64, "
           "float32, float64"},
          {"a counter that is none", "    unit: kW\n", "    unit: kW\n    kind: counter\n",
           "10 E161 meter.power is a gauge | delete the line"},
          {"a range that is none", "between 45 Hz and 65 Hz", "45-65 Hz",
           "16 E161 \"meter.frequency 45-65 Hz\" is not a range | write: meter.voltage_l1 between 180 V and 280 V"},
          {"a range the wrong way round", "45 Hz and 65 Hz", "65 Hz and 45 Hz",
           "16 E161 the range ends before it begins | the smaller one first"},
          {"a sample of the wrong length", "01F4", "01F4 0000",
           "18 E161 the sample is not one of request, reply and reading | request: first register and count; reply: "
           "as many words; reads: meter.voltage_l1 230.2 V"},
          {"a word of three digits", "01F4", "1F4",
           "19 E161 \"1F4\" is not a word | four hexadecimal digits each: 4366 3333"},
          {"a function that writes", "function: 3", "function: 6", "3 E138 \"6\" is out of range | from 3 to 4"},
          {"no registers fit", "registers:\n", "max_registers: 1\nregisters:\n",
           "8 E161 no request can hold this register | see max_registers and only_even"},
      });
}

TEST_CASE("a profile of the site takes the place of the shipped one of its name") {
  Files files = with_file("devices.d/own.yaml", replaced(shipped_profile(), "maker: Eastron", "maker: Mine"));
  files.sources.insert(files.sources.begin(), {"/usr/share/chargehook/devices/eastron-sdm630.yaml", shipped_profile()});
  files.sources.push_back({"adapters.d/m.yaml",
                           "modbus:\n  - line: a\n    host: meter\n    devices:\n      - name: m\n"
                           "        profile: eastron-sdm630\n        address: 1\n"});
  const Loaded loaded = load(files);
  REQUIRE_MESSAGE(loaded.generation.has_value(), to_text(loaded.diagnostics));
  CHECK(loaded.generation->modbus.at(0).devices.at(0).profile->maker == "Mine");
}

const std::string good_broker =
    "mqtt:\n"
    "  - broker: local\n"
    "    url: mqtt://127.0.0.1:1883\n"
    "    topics:\n"
    "      - topic: depot/<charger>/telemetry\n"
    "        time: /ts ms\n"
    "        readings:\n"
    "          charger.temperature: /temp degC\n"
    "      - topic: terminal/<terminal>/payment\n"
    "        acknowledge: durable\n"
    "        event: payment.completed\n"
    "        only_if: /state == \"captured\" and /test != true\n"
    "        subject: terminal/<terminal>\n"
    "        id: /reference\n"
    "        data:\n"
    "          amount: /amount cent\n"
    "          note: paid at <terminal>\n";

TEST_CASE("slips in a broker and its topics are told where they are") {
  check_slips(
      "adapters.d/mqtt.yaml", good_broker,
      {
          {"an amount in euros", "/amount cent", "/amount EUR", ""},
          {"the whole payload", "/temp degC", "payload degC", ""},
          {"the name of the site in a topic", "depot/<charger>", "<site.id>/<charger>", ""},
          {"no broker's address", "mqtt://127.0.0.1:1883", "tcp://127.0.0.1",
           "3 E160 \"tcp://127.0.0.1\" is not the address of a broker | mqtt://127.0.0.1:1883, or mqtts:// with "
           "encryption"},
          {"a password in the address", "mqtt://127", "mqtt://me:secret@127",
           "3 E144 a user name or password in a URL | write `user:` and `password:` with the name of a file in "
           "secrets/"},
          {"a wildcard", "depot/<charger>/telemetry", "depot/+/telemetry",
           "5 E165 a topic has no wildcards: write <charger> for one level | as in depot/<charger>/telemetry"},
          {"a signal that is none", "charger.temperature", "charger.temp",
           "8 E163 there is no signal \"charger.temp\" | they are named like charger.temperature"},
          {"a unit left out", "/temp degC", "/temp",
           "8 E134 the unit that the number is sent in is missing | write for example /temp degC"},
          {"a unit of something else", "/temp degC", "/temp K",
           "8 E135 \"K\" is not a unit of temperature | write for example /temp degC"},
          {"a pointer without slash", "/temp degC", "temp degC",
           "8 E166 \"temp degC\": a value is pointed at with /name, or is the whole `payload` | write /name, or /name "
           "and its unit"},
          {"a signal whose device is not captured", "charger.temperature: /temp degC", "meter.power: /p kW",
           "8 E166 <meter> is not in the topic | the topic captures it as in depot/<charger>/telemetry"},
          {"a form of time that is none", "/ts ms", "/ts min",
           "6 E166 \"min\" is not a form of time | /ts for a text like 2026-11-24T06:12:09Z, /ts s or /ts ms for a "
           "number since 1970"},
          {"two topics for the same messages", "terminal/<terminal>/payment", "depot/<terminal>/telemetry",
           "9 E165 takes the same messages as \"depot/<charger>/telemetry\" | put both mappings into one topic"},
          {"an event that is none", "payment.completed", "payment.done",
           "11 E130 there is no event \"payment.done\" | "},
          {"one = too few", "/state == ", "/state = ",
           "12 E166 \"/state = \"captured\"\" is not a condition | a pointer, == or !=, and a text in quotes, a "
           "number, true, false or null"},
          {"no natural key", "        id: /reference\n", "", "9 E109 key \"id\" is missing | add `id:` here"},
          {"a capture that is none", "subject: terminal/<terminal>", "subject: terminal/<till>",
           "13 E166 <till> is not in the topic | the topic captures it as in depot/<charger>/telemetry"},
          {"a unit no member has", "/amount cent", "/amount degC",
           "16 E136 a member cannot be sent in \"degC\" | cent, EUR, kWh, Wh, kW, W, A, s, %"},
          {"a member twice", "note: paid", "amount_minor: paid",
           "17 E166 \"amount_minor\" is given twice | delete one"},
          {"durable readings", "        time: /ts ms\n", "        acknowledge: durable\n",
           "6 E166 only events are stored before they are acknowledged | acknowledge: queued, or add `event:`"},
          {"keys of an event without one", "        time: /ts ms\n", "        id: /a\n",
           "6 E166 this belongs to an event, and there is none | add `event:`"},
          {"a topic for nothing", "        readings:\n          charger.temperature: /temp degC\n", "",
           "5 E166 nothing is made of this topic | add `readings:` or `event:`"},
          {"a user without password", "    topics:\n", "    user: me\n    topics:\n",
           "2 E109 key \"password\" is missing | add `password:` here"},
          {"a password that is not there", "    topics:\n", "    user: me\n    password: nope\n    topics:\n",
           "5 E141 there is no file secrets/nope | put the password into it"},
      });
}

TEST_CASE("an amount in a currency brings its decimals and its code along") {
  const auto member = [](const std::string& unit, std::size_t position) {
    const Loaded loaded = load_with("adapters.d/m.yaml", replaced(good_broker, "cent", unit));
    REQUIRE_MESSAGE(loaded.generation.has_value(), to_text(loaded.diagnostics));
    return loaded.generation->mqtt.at(0).topics.at(1).event->data.at(position);
  };
  const auto factor = [&](const std::string& unit) {
    return std::get<mqtt::DataMapping::Whole>(member(unit, 0).from).factor;
  };
  CHECK(factor("cent") == 1);
  CHECK(factor("EUR") == 100);
  CHECK(factor("JPY") == 1);
  CHECK(factor("KWD") == 1000);
  CHECK(member("EUR", 0).member == "amount_minor");
  CHECK(member("EUR", 2).member == "currency");
  CHECK(member("kWh", 0).member == "amount_wh");
  CHECK(factor("kWh") == 1000);
}

TEST_CASE("a password is read from its file without its line end, and never shown") {
  Files files = with_file("adapters.d/m.yaml",
                          replaced(good_broker, "    topics:\n", "    user: me\n    password: mqtt\n    topics:\n"));
  files.secrets["mqtt"] = "correct horse\r\n";
  const Loaded loaded = load(files);
  REQUIRE_MESSAGE(loaded.generation.has_value(), to_text(loaded.diagnostics));
  CHECK(loaded.generation->mqtt[0].password == "correct horse");
  core::ConfigGeneration other = *loaded.generation;
  other.mqtt[0].password = "battery staple";
  CHECK(core::compare(*loaded.generation, other).taken == std::vector<std::string>{"broker local: password changed"});
}

TEST_CASE("what changed about meters and brokers is said in words, and taken into use") {
  const std::string meter =
      "modbus:\n  - line: bus\n    port: usb\n    serial: 9600 8N1\n    devices:\n      - name: a\n"
      "        profile: eastron-sdm630\n        address: 2\n        interval: 5 s\n";
  const auto generation = [](const std::string& text) {
    return load_with("adapters.d/m.yaml", text).generation.value();
  };
  const auto changes = [&](const std::string& from, const std::string& to) {
    return core::compare(generation(meter), generation(replaced(meter, from, to)));
  };
  CHECK(changes("a", "a").taken.empty());
  CHECK(changes("5 s", "1 s").taken == std::vector<std::string>{"line bus: meter a: interval 5 s → 1 s"});
  CHECK(changes("9600", "19200").taken == std::vector<std::string>{"line bus: serial changed"});
  CHECK(changes("name: a", "name: b").taken == std::vector<std::string>{"line bus: meter a removed; meter b added"});
  CHECK(changes("line: bus", "line: rail").taken == std::vector<std::string>{"line bus removed", "line rail added"});
  CHECK(changes("5 s", "1 s").needs_restart.empty());
}

}  // namespace
}  // namespace chargehook::config
