// Chargers of OCPP 1.6J: one that plays sessions or a script, or many that make load. ocpp-charger --help
#include <CLI/CLI.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

#include "charger/charger.hpp"
#include "common/program.hpp"

namespace chargehook::simulators {
namespace {

struct Options {
  std::string csms;
  std::string id = "CP-07";
  std::string password;
  std::uint64_t sessions = 1;
  unsigned meter_values = 3;
  std::string card = "04A2B3C4D5";
  std::string script;
  unsigned chargers = 1;
  double calls_per_s = 0;
  double seconds = 0;
  unsigned answer_timeout_ms = 30'000;
  unsigned back_off_ms = 100;
  unsigned back_off_longest_ms = 5'000;
  std::string log;
  bool json = false;
};

void declare(CLI::App& app, Options& options) {
  app.add_option("--csms", options.csms, "ws://host:port/path; the charger's id is put behind the path")->required();
  app.add_option("--id", options.id, "of a single charger; more than one are CP-0001, CP-0002 …")
      ->capture_default_str();
  app.add_option("--password", options.password, "for HTTP Basic; none is sent when left out");
  app.add_option("--sessions", options.sessions, "of each charger; 0: until SIGTERM")->capture_default_str();
  app.add_option("--meter-values", options.meter_values, "in each session")->capture_default_str();
  app.add_option("--card", options.card, "idTag")->capture_default_str();
  app.add_option("--script", options.script, "steps to play in place of sessions, see charger/plan.hpp")
      ->check(CLI::ExistingFile);
  app.add_option("--chargers", options.chargers, "how many")->capture_default_str()->check(CLI::Range(1, 10'000));
  app.add_option("--calls-per-s", options.calls_per_s, "of all chargers together; 0: as fast as answers come")
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "end after this time, counted from when all have booted; 0: never")
      ->capture_default_str();
  app.add_option("--answer-timeout-ms", options.answer_timeout_ms, "then a call is given up")->capture_default_str();
  app.add_option("--back-off-ms", options.back_off_ms, "before the first try to connect again")->capture_default_str();
  app.add_option("--back-off-longest-ms", options.back_off_longest_ms, "before any")->capture_default_str();
  app.add_option("--log", options.log, "JSON lines, one per frame and per transaction told; appended to");
  app.add_flag("--json", options.json, "the summary as JSON");
}

LinkTarget target_from(const Options& options, const std::string& id) {
  constexpr std::string_view scheme = "ws://";
  const auto path = options.csms.find('/', scheme.size());
  const auto authority = options.csms.substr(scheme.size(), path - scheme.size());
  const auto colon = authority.rfind(':');
  if (!options.csms.starts_with(scheme) || colon == std::string::npos) {
    throw CLI::ValidationError("--csms", "ws://host:port/path expected");
  }
  std::string before = path == std::string::npos ? "" : options.csms.substr(path);
  while (before.ends_with('/')) before.pop_back();
  return {authority.substr(0, colon), authority.substr(colon + 1), before + "/" + id, id, options.password};
}

Plan plan_from(const Options& options) {
  if (options.script.empty()) return Plan::of_sessions(options.sessions, options.meter_values, options.card);
  std::ifstream file(options.script);
  std::string error;
  auto plan = Plan::of_script({std::istreambuf_iterator<char>(file), {}}, error);
  if (!plan) throw CLI::ValidationError("--script", error);
  return std::move(*plan);
}

ChargerOptions charger_from(const Options& options, unsigned number) {
  char name[16];
  std::snprintf(name, sizeof name, "CP-%04u", number);
  ChargerOptions out;
  out.id = options.chargers == 1 ? options.id : name;
  out.target = target_from(options, out.id);
  out.serial = "SN-" + out.id;
  out.answer_timeout = std::chrono::milliseconds(options.answer_timeout_ms);
  out.back_off_first = std::chrono::milliseconds(options.back_off_ms);
  out.back_off_longest = std::chrono::milliseconds(options.back_off_longest_ms);
  if (options.calls_per_s > 0) {
    out.call_interval = std::chrono::nanoseconds(static_cast<long>(1e9 * options.chargers / options.calls_per_s));
  }
  return out;
}

/// The chargers of a run. All begin when the last has booted, so that what is measured is all of them at work.
class Fleet {
 public:
  Fleet(boost::asio::io_context& io, const Options& options) : io_(io), options_(options), tale_(options.log) {
    for (unsigned number = 1; number <= options.chargers; ++number) {
      chargers_.push_back(
          std::make_unique<Charger>(io, charger_from(options, number), plan_from(options), tale_,
                                    Charger::Handlers{[this] { on_booted(); }, [this] { on_ended(); }}));
    }
  }

  int run() {
    boost::asio::signal_set signals(io_, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code, int) {
      signals.async_wait([&](boost::system::error_code, int) { io_.stop(); });
      for (const auto& charger : chargers_) charger->finish();
    });
    for (const auto& charger : chargers_) charger->connect();
    io_.run();
    std::fputs(tale_.summary(std::chrono::steady_clock::now() - begun_, options_.json).c_str(), stdout);
    const bool out_of_time = options_.seconds > 0 && booted_ == chargers_.size();
    return out_of_time || ended_ == chargers_.size() ? 0 : 1;
  }

 private:
  void on_booted() {
    if (++booted_ < chargers_.size()) return;
    begun_ = std::chrono::steady_clock::now();
    tale_.begin_measuring();
    for (const auto& charger : chargers_) boost::asio::post(io_, [&charger] { charger->begin(); });
    if (options_.seconds <= 0) return;
    end_.expires_after(std::chrono::milliseconds(static_cast<long>(1000 * options_.seconds)));
    end_.async_wait([this](boost::system::error_code) { io_.stop(); });
  }

  void on_ended() {
    if (++ended_ == chargers_.size()) io_.stop();
  }

  boost::asio::io_context& io_;
  const Options& options_;
  Tale tale_;
  std::vector<std::unique_ptr<Charger>> chargers_;
  boost::asio::steady_timer end_{io_};
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::size_t booted_ = 0;
  std::size_t ended_ = 0;
};

int run(const Options& options) {
  boost::asio::io_context io{1};
  return Fleet(io, options).run();
}

}  // namespace
}  // namespace chargehook::simulators

int main(int argc, char** argv) {
  using namespace chargehook::simulators;
  return run_program(
      argc, argv,
      "Chargers of OCPP 1.6J. What starts or stops a transaction is repeated until it is answered. SIGTERM ends after "
      "the open session, a second one at once. Exit code 0 if all is told.",
      declare, run);
}
