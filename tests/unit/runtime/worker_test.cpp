#include "runtime/worker.hpp"

#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <numeric>
#include <vector>

namespace chargehook::runtime {
namespace {

/// A worker whose thread stands in a job until the gate opens.
struct HeldWorker {
  HeldWorker() {
    std::promise<void> begun;
    CHECK(worker.run([this, &begun] {
      begun.set_value();
      gate.get_future().wait();
    }));
    begun.get_future().wait();
  }
  std::promise<void> gate;
  Worker worker;
};

TEST_CASE("jobs run one after the other in the order they came") {
  HeldWorker held;
  std::vector<int> order;
  std::promise<void> last;
  for (int i = 0; i < 10; ++i) CHECK(held.worker.run([&order, i] { order.push_back(i); }));
  CHECK(held.worker.run([&last] { last.set_value(); }));
  held.gate.set_value();
  last.get_future().wait();
  std::vector<int> wanted(10);
  std::iota(wanted.begin(), wanted.end(), 0);
  CHECK(order == wanted);
}

TEST_CASE("sixteen jobs may wait, one more is refused") {
  HeldWorker held;
  int done = 0;
  std::promise<void> last;
  for (int i = 0; i < 15; ++i) CHECK(held.worker.run([&done] { ++done; }));
  CHECK(held.worker.run([&last] { last.set_value(); }));
  CHECK_FALSE(held.worker.run([&done] { ++done; }));
  held.gate.set_value();
  last.get_future().wait();
  CHECK(done == 15);
  std::promise<void> again;
  CHECK(held.worker.run([&again] { again.set_value(); }));
  again.get_future().wait();
}

TEST_CASE("a worker that ends waits for the job under way") {
  auto done = std::make_shared<bool>(false);
  std::promise<void> begun;
  {
    Worker worker;
    CHECK(worker.run([done, &begun] {
      begun.set_value();
      *done = true;
    }));
    begun.get_future().wait();
  }
  CHECK(*done);
}

}  // namespace
}  // namespace chargehook::runtime
