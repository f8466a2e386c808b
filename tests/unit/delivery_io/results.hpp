/// Collects what a sender hands back, for a test to wait on.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "delivery/io/asio_sender.hpp"
#include "fakes/longest_wait.hpp"

namespace chargehook::delivery::io {

class Results {
 public:
  [[nodiscard]] AsioSender::Done sink() {
    return [this](std::vector<AttemptResult> results) {
      const std::lock_guard lock{mutex_};
      std::ranges::move(results, std::back_inserter(all_));
      more_.notify_all();
    };
  }

  /// Waits until `count` results are there, at most 30 s; fewer are a failure of the caller's checks.
  std::vector<AttemptResult> await(std::size_t count) {
    std::unique_lock lock{mutex_};
    more_.wait_until(lock, std::chrono::steady_clock::now() + fakes::longest_wait,
                     [&] { return all_.size() >= count; });
    return all_;
  }

  std::size_t count() {
    const std::lock_guard lock{mutex_};
    return all_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<AttemptResult> all_;
};

inline AttemptRequest request_to(std::uint16_t port, std::uint64_t id = 1) {
  AttemptRequest request;
  request.id = AttemptId{id};
  request.connections = 4;
  request.connect_timeout = fakes::longest_wait;
  request.total_deadline = fakes::longest_wait;
  request.request.url = {false, "127.0.0.1", port, "/hooks/depot-nord?a=1+2"};
  request.request.headers = {{"webhook-id", "evt_1"}};
  request.request.content_type = "application/cloudevents+json";
  request.request.body = R"({"n":"1"})";
  return request;
}

/// Sends one attempt and gives its result.
inline AttemptResult post_once(const AttemptRequest& request) {
  Results results;
  AsioSender sender{results.sink()};
  sender.start(request);
  const auto all = results.await(1);
  return all.empty() ? AttemptResult{} : all.front();
}

}  // namespace chargehook::delivery::io
