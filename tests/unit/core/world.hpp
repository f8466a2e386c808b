/// The core with a store in memory, receivers and a clock that are moved by hand, for tests of the core.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/core.hpp"
#include "fakes/fake_store.hpp"
#include "model/event_id.hpp"

namespace chargehook::core {

using namespace std::chrono_literals;

inline delivery::EndpointConfig endpoint(const std::string& name, const std::string& events) {
  delivery::EndpointConfig config;
  config.name = name;
  config.url = {false, "127.0.0.1", 80, "/" + name};
  config.events = delivery::Filter::parse(events).value();
  config.secret = std::string(32, 'k');
  return config;
}

inline ConfigPtr depot(std::vector<delivery::EndpointConfig> endpoints) {
  ConfigGeneration config;
  config.gateway = {"depot-nord-1", "test"};
  config.site.id = "depot-nord";
  config.endpoints = std::move(endpoints);
  config.hash = "0123456789abcdef";
  return std::make_shared<ConfigGeneration>(std::move(config));
}

inline model::Event payment(const std::string& reference, const std::string& terminal = "T-1") {
  model::Event event;
  event.id = model::make_id("evt_", {"depot-nord", "ingest", reference});
  event.type = "payment.completed";
  event.subject = "terminal/" + terminal;
  event.partition_key = event.subject;
  event.event_class = model::EventClass::billing;
  event.data = R"({"reference":")" + reference + "\"}";
  return event;
}

/// The machine's wall clock, and what it says of it.
struct MachineClock {
  model::TimeQuality quality = model::TimeQuality::synced;
  model::Nanoseconds ahead{0};  ///< of the true time
};

/// The core with a store in memory and receivers that answer 200 unless told otherwise. Nothing moves by itself:
/// each test says when the disk, the network and the clock do their part.
struct World {
  static constexpr model::WallTime midnight{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}};

  explicit World(ConfigPtr config, fakes::FakeStore* store = nullptr, bool on_last_good = false,
                 MachineClock clock = {})
      : clock_(clock),
        store_(store != nullptr ? *store : own_store_),
        core_(std::move(config), store_.opened(), {7, "0.1.0", on_last_good}, now()) {
    step(TimerDue{});
  }

  [[nodiscard]] model::Now now() const {
    return {midnight + time_ + clock_.ahead, model::BootTime{time_}, clock_.quality};
  }

  void step(Input input, Follows follows = Follows::nothing) {
    Outputs out;
    core_.step(now(), std::move(input), out, follows);
    if (out.commit) commits_.push_back(out.commit);
    for (const auto& read : out.reads) reads_.push_back(read);
    counts_ += out.count_held_files ? 1 : 0;
    if (out.held_file) held_files_.push_back(std::move(*out.held_file));
    for (auto& attempt : out.attempts) attempts_.push_back(std::move(attempt));
    for (auto& release : out.releases) releases_.push_back(std::move(release));
    for (auto& line : out.log) log_.push_back(line.text);
    for (auto& command : out.ocpp) ocpp_.push_back(std::move(command));
    if (!out.store_damaged.empty()) damages_.push_back(out.store_damaged);
    if (out.config_taken) taken_.push_back(out.config_taken->hash);
    stopped_ = stopped_ || out.stopped;
  }

  bool disk() {
    if (commits_.empty()) return false;
    const auto batch = commits_.front();
    commits_.pop_front();
    step(CommitDone{store_.commit(*batch)});
    return true;
  }
  bool reader() {
    if (reads_.empty()) return false;
    const auto request = reads_.front();
    reads_.pop_front();
    step(RecordsRead{store_.read(request)});
    return true;
  }
  /// Writes the file that is wanted, or fails to.
  bool worker(const std::string& reason = {}) {
    if (held_files_.empty()) return false;
    const auto file = std::move(held_files_.front());
    held_files_.pop_front();
    if (reason.empty()) written_[file.path] = *file.text;
    step(HeldFileWritten{{file.path, reason, written_.size()}});
    return true;
  }
  bool network(int status = 200) {
    if (attempts_.empty()) return false;
    const auto attempt = std::move(attempts_.front());
    attempts_.pop_front();
    received_.push_back(attempt.request);
    delivery::AttemptResult result;
    result.id = attempt.id;
    result.phase = delivery::Phase::answered;
    result.status = status;
    step(AttemptsDone{{result}});
    return true;
  }
  void pass(std::chrono::milliseconds time) {
    time_ += time;
    step(TimerDue{});
  }
  /// Until nothing is left to do but to wait for a deadline more than a minute away.
  void run() {
    for (int quiet = 0; quiet < 3;) {
      if (disk() || reader() || network()) {
        quiet = 0;
      } else {
        pass(1s);
        ++quiet;
      }
    }
  }

  [[nodiscard]] std::size_t received(std::string_view text) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        received_, [&](const auto& request) { return request.body.find(text) != std::string::npos; }));
  }

  model::Nanoseconds time_{1h};
  MachineClock clock_;
  fakes::FakeStore own_store_;
  fakes::FakeStore& store_;
  Core core_;
  std::vector<std::string> damages_;  ///< of the store's structure
  std::deque<journal::BatchPtr> commits_;
  std::deque<journal::ReadRequest> reads_;
  std::deque<journal::HeldFile> held_files_;
  int counts_ = 0;                              ///< how often held files were to be counted
  std::map<std::string, std::string> written_;  ///< held files by path
  std::deque<delivery::AttemptRequest> attempts_;
  std::vector<delivery::HttpRequest> received_;
  std::vector<Release> releases_;
  std::vector<std::string> log_;
  std::vector<ocpp::Command> ocpp_;
  std::vector<std::string> taken_;  ///< hashes of configurations
  bool stopped_ = false;
};

/// Everything moves, each attempt is answered with `status`, and no file of held billing is written.
inline void settle(World& world, int status = 503) {
  for (int quiet = 0; quiet < 3;) {
    if (world.disk() || world.reader() || world.network(status)) {
      quiet = 0;
    } else {
      world.pass(std::chrono::seconds{1});
      ++quiet;
    }
  }
}

}  // namespace chargehook::core
