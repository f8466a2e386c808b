/// A core loop with a store in memory, for tests of what stands around it. The disk does its part when the loop asks;
/// it can be told to wait.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "fakes/fake_store.hpp"
#include "fakes/longest_wait.hpp"
#include "model/event_id.hpp"
#include "runtime/answers.hpp"
#include "runtime/core_loop.hpp"
#include "runtime/system_clock.hpp"

namespace chargehook::runtime {

inline core::ConfigGeneration small_config() {
  core::ConfigGeneration config;
  config.gateway = {"depot-nord-1", "test"};
  config.site.id = "depot-nord";
  config.hash = "0123456789abcdef";
  return config;
}

inline model::Event payment(const std::string& reference, const std::string& terminal = "T-1") {
  model::Event event;
  event.id = model::make_id("evt_", {"depot-nord", terminal, reference});
  event.type = "payment.completed";
  event.subject = "terminal/" + terminal;
  event.partition_key = event.subject;
  event.event_class = model::EventClass::billing;
  event.data = R"({"reference":")" + reference + "\"}";
  return event;
}

struct SmallDepot {
  SmallDepot()
      : core(std::make_shared<core::ConfigGeneration>(small_config()), store.opened(), {7, "0.1.0"}, read_clocks()),
        loop(io, core, ports()) {}

  /// Runs handlers until `done`, or for `fakes::longest_wait`. @return whether it is done
  bool run_until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + fakes::longest_wait;
    io.restart();
    while (!done() && std::chrono::steady_clock::now() < end) io.run_one_until(end);
    return done();
  }

  /// The commit that waits is done.
  void disk() {
    const auto batch = std::exchange(waiting_commit, nullptr);
    if (batch) loop.post(core::CommitDone{store.commit(*batch)});
  }

  /// The disk has no room for entries; what makes room is done.
  void refuse_entries() {
    if (waiting_commit && waiting_commit->makes_room) return disk();
    const auto batch = std::exchange(waiting_commit, nullptr);
    if (!batch) return;
    loop.post(core::CommitDone{{batch->id, journal::CommitStatus::map_full, {100'000, 10, {}}, {}, "no room"}});
  }

  Ports ports() {
    return {.commit =
                [this](journal::BatchPtr batch) {
                  waiting_commit = std::move(batch);
                  if (disk_works) disk();
                },
            .reopen_store = [] {},
            .read = [this](journal::ReadRequest request) { loop.post(core::RecordsRead{store.read(request)}); },
            .walk = [this](journal::WalkRequest) { loop.post(core::StoreWalked{walked}); },
            .write_held = [](const journal::HeldFile&) {},
            .count_held = [] {},
            .attempt = [](const delivery::AttemptRequest&) {},
            .ocpp = [](const ocpp::Command&) {},
            .release =
                [this](core::Release release) {
                  answers.release(release);
                  releases.push_back(std::move(release));
                },
            .config_taken = [](const core::ConfigPtr&) {},
            .store_damaged = [this](const std::string& reason) { damages.push_back(reason); },
            .stopped = [this](bool) { ++stopped; },
            .adapters = [this] { return adapters; }};
  }

  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> running{io.get_executor()};
  fakes::FakeStore store;
  core::Core core;
  Answers answers;
  bool disk_works = true;
  journal::BatchPtr waiting_commit;
  std::vector<core::Release> releases;
  int stopped = 0;
  journal::WalkResult walked;                 ///< what the store says to a walk
  std::vector<std::string> damages;           ///< for which the gateway has to end
  std::vector<core::AdapterStatus> adapters;  ///< what stands outside the core
  CoreLoop loop;
};

}  // namespace chargehook::runtime
