#include "delivery/io/httplib_poster.hpp"

#include <pthread.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "delivery/io/deadline_watch.hpp"
#include "delivery/io/httplib_client.hpp"

namespace chargehook::delivery::io {
namespace {

using std::chrono::steady_clock;

/// The work of one endpoint and the threads that pull it.
struct Lane {
  std::deque<AttemptRequest> waiting;
  std::condition_variable work;
  int connections = 0;
  int threads = 0;
  int idle = 0;
};

/// The library writes to sockets without MSG_NOSIGNAL, and signals of the process are main's.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

struct HttplibPoster::Shared {
  Shared(std::function<void(AttemptResult)> results, std::chrono::milliseconds idle)
      : idle_limit{idle}, done{std::move(results)} {}

  static void send_all(const std::shared_ptr<Shared>& shared, Lane& lane);
  void start(const std::shared_ptr<Shared>& self, AttemptRequest request);
  void stop();
  void await_threads(std::chrono::milliseconds limit);

  const std::chrono::milliseconds idle_limit;

 private:
  bool add_thread(const std::shared_ptr<Shared>& self, Lane& lane);
  std::optional<AttemptRequest> take(Lane& lane);
  void leave();
  AttemptResult attempt(const AttemptRequest& request, const std::shared_ptr<Line>& line,
                        std::unique_ptr<HttplibClient>& client);
  void deliver(AttemptResult result);

  DeadlineWatch watch;
  std::mutex mutex;                     ///< guards what follows
  std::map<std::uint32_t, Lane> lanes;  ///< never shrinks: a lane is small, endpoints are few
  int threads = 0;
  std::condition_variable all_gone;
  bool stopped = false;
  std::mutex done_mutex;  ///< held while `done` runs, so that none runs after stop
  std::function<void(AttemptResult)> done;
};

void HttplibPoster::Shared::start(const std::shared_ptr<Shared>& self, AttemptRequest request) {
  const AttemptId id = request.id;
  {
    std::unique_lock lock{mutex};
    if (stopped) return;
    Lane& lane = lanes[request.endpoint];
    lane.connections = request.connections;
    lane.waiting.push_back(std::move(request));
    const bool more = static_cast<std::size_t>(lane.idle) < lane.waiting.size() && lane.threads < lane.connections;
    if (!more || add_thread(self, lane) || lane.threads > 0) {
      const bool is_awaited = lane.idle > 0;
      lock.unlock();  // whoever wakes up wants it at once
      if (is_awaited) lane.work.notify_one();
      return;
    }
    lane.waiting.pop_back();
  }
  AttemptResult result;
  result.id = id;
  result.error = EAGAIN;
  result.reason = "the system gives no thread to send with";
  deliver(std::move(result));
}

bool HttplibPoster::Shared::add_thread(const std::shared_ptr<Shared>& self, Lane& lane) try {
  std::thread{[self, &lane] { send_all(self, lane); }}.detach();
  ++lane.threads;
  ++threads;
  return true;
} catch (const std::system_error&) {
  return false;
}

void HttplibPoster::Shared::send_all(const std::shared_ptr<Shared>& shared, Lane& lane) {
  block_signals();
  {
    const auto line = std::make_shared<Line>();
    std::unique_ptr<HttplibClient> client;
    while (const auto request = shared->take(lane)) shared->deliver(shared->attempt(*request, line, client));
  }
  end_thread();
  shared->leave();
}

std::optional<AttemptRequest> HttplibPoster::Shared::take(Lane& lane) {
  std::unique_lock lock{mutex};
  const auto until = steady_clock::now() + idle_limit;
  ++lane.idle;
  const auto wanted = [&] { return stopped || !lane.waiting.empty() || lane.threads > lane.connections; };
  lane.work.wait_until(lock, until, wanted);
  --lane.idle;
  if (stopped || lane.waiting.empty() || lane.threads > lane.connections) {
    --lane.threads;
    if (!lane.waiting.empty()) lane.work.notify_one();  // one too many, woken for work that another has to do
    return std::nullopt;
  }
  AttemptRequest request = std::move(lane.waiting.front());
  lane.waiting.pop_front();
  return request;
}

void HttplibPoster::Shared::leave() {
  const std::lock_guard lock{mutex};
  if (--threads == 0) all_gone.notify_all();
}

AttemptResult HttplibPoster::Shared::attempt(const AttemptRequest& request, const std::shared_ptr<Line>& line,
                                             std::unique_ptr<HttplibClient>& client) {
  const auto begin = steady_clock::now();
  const auto deadline = begin + request.total_deadline;
  AttemptResult result;
  try {
    if (!client || !client->serves(request.request.url)) {
      client = std::make_unique<HttplibClient>(request.request.url, line);
    }
    line->begin();
    const auto ticket = watch.arm(deadline, line);
    result = client->post(request, deadline);
    watch.disarm(ticket);
  } catch (const std::exception& failure) {
    result.reason = failure.what();
  }
  result.id = request.id;
  result.took = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begin);
  return result;
}

void HttplibPoster::Shared::deliver(AttemptResult result) {
  const std::lock_guard lock{done_mutex};
  if (done) done(std::move(result));
}

void HttplibPoster::Shared::stop() {
  {
    const std::lock_guard lock{done_mutex};
    done = nullptr;
  }
  {
    const std::lock_guard lock{mutex};
    stopped = true;
    for (auto& [endpoint, lane] : lanes) {
      lane.waiting.clear();
      lane.work.notify_all();
    }
  }
  watch.stop();
}

void HttplibPoster::Shared::await_threads(std::chrono::milliseconds limit) {
  std::unique_lock lock{mutex};
  all_gone.wait_until(lock, steady_clock::now() + limit, [this] { return threads == 0; });
}

HttplibPoster::HttplibPoster(std::function<void(AttemptResult)> done, std::chrono::milliseconds idle_limit)
    : shared_{std::make_shared<Shared>(std::move(done), idle_limit)} {}

HttplibPoster::~HttplibPoster() {
  stop();
  // Cut lines end within milliseconds; waiting for them keeps OpenSSL's own clean-up at exit out of their way.
  shared_->await_threads(std::chrono::milliseconds{200});
}

void HttplibPoster::start(AttemptRequest request) { shared_->start(shared_, std::move(request)); }

void HttplibPoster::stop() { shared_->stop(); }

}  // namespace chargehook::delivery::io
