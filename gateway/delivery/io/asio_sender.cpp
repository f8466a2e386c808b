#include "delivery/io/asio_sender.hpp"

#include <openssl/crypto.h>
#include <pthread.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "delivery/io/destination.hpp"
#include "delivery/io/own_thread.hpp"

namespace chargehook::delivery::io {

struct AsioSender::Impl {
  Impl(Done taker, std::chrono::milliseconds idle) : idle_limit{idle}, done{std::move(taker)} {
    thread = std::thread{[this] { run(); }};
  }

  void start(AttemptRequest request);
  void stop();

 private:
  void run();
  void drain();
  void take(AttemptRequest request);
  void keep(AttemptResult result);
  void hand_over();

  const std::chrono::milliseconds idle_limit;
  const Done done;
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> running{io.get_executor()};

  // The sender's thread:
  LookUps names{io};
  std::map<std::uint32_t, Destination> destinations;  ///< never shrinks: one is small, endpoints are few
  std::vector<AttemptRequest> drained;
  std::vector<AttemptResult> results;

  std::mutex mutex;                   // guards the next one
  std::vector<AttemptRequest> inbox;  ///< a drain is on its way while it holds anything

  std::thread thread;
};

void AsioSender::Impl::start(AttemptRequest request) {
  if (!thread.joinable()) return;  // stopped
  bool is_first = false;
  {
    const std::lock_guard lock{mutex};
    is_first = inbox.empty();
    inbox.push_back(std::move(request));
  }
  if (is_first) boost::asio::post(io, [this] { drain(); });
}

void AsioSender::Impl::stop() {
  if (!thread.joinable()) return;
  io.stop();
  thread.join();
  destinations.clear();
}

void AsioSender::Impl::run() {
  block_signals();
  pthread_setname_np(pthread_self(), "sender");
  io.run();
  // Left to the thread's exit, this could cross the library's clean-up at the exit of the process.
  OPENSSL_thread_stop();
}

void AsioSender::Impl::drain() {
  {
    const std::lock_guard lock{mutex};
    drained.swap(inbox);
  }
  for (auto& request : drained) take(std::move(request));
  drained.clear();
}

void AsioSender::Impl::take(AttemptRequest request) {
  auto place = destinations.find(request.endpoint);
  if (place == destinations.end()) {
    place = destinations
                .try_emplace(request.endpoint, io, names, idle_limit,
                             [this](AttemptResult result) { keep(std::move(result)); })
                .first;
  }
  place->second.add(std::move(request));
}

/// The posted call runs behind all that is ready by now: the results of a whole turn make one hand-over.
void AsioSender::Impl::keep(AttemptResult result) {
  if (results.empty()) boost::asio::post(io, [this] { hand_over(); });
  results.push_back(std::move(result));
}

void AsioSender::Impl::hand_over() { done(std::exchange(results, {})); }

AsioSender::AsioSender(Done done, std::chrono::milliseconds idle_limit)
    : impl_{std::make_unique<Impl>(std::move(done), idle_limit)} {}

AsioSender::~AsioSender() { stop(); }

void AsioSender::start(AttemptRequest request) { impl_->start(std::move(request)); }

void AsioSender::stop() { impl_->stop(); }

}  // namespace chargehook::delivery::io
