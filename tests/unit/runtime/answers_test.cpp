#include "runtime/answers.hpp"

#include <doctest/doctest.h>

namespace chargehook::runtime {
namespace {

TEST_CASE("each who waits is answered once, with what was released for him") {
  Answers answers;
  std::vector<std::string> heard;
  const auto expect = [&](const std::string& who) {
    return answers.expect([&heard, who](const core::Release& release) {
      heard.push_back(who + " " + std::get<core::Stored>(release.answer).event_id);
    });
  };
  const auto anna = expect("anna");
  const auto ben = expect("ben");
  answers.release({ben, core::Stored{"evt_b", 2}});
  answers.release({anna, core::Stored{"evt_a", 1}});
  answers.release({anna, core::Stored{"evt_c", 3}});
  CHECK(heard == std::vector<std::string>{"ben evt_b", "anna evt_a"});
}

TEST_CASE("nobody is not a token that is given out, and releasing it does nothing") {
  Answers answers;
  int heard = 0;
  const auto token = answers.expect([&](const core::Release&) { ++heard; });
  CHECK(token != core::nobody);
  answers.release({core::nobody, core::Stored{}});
  CHECK(heard == 0);
}

TEST_CASE("whoever is answered may ask again from inside his handler") {
  Answers answers;
  core::Token second{};
  int heard = 0;
  const auto first =
      answers.expect([&](const core::Release&) { second = answers.expect([&](const core::Release&) { ++heard; }); });
  answers.release({first, core::Stored{}});
  REQUIRE(second != first);
  answers.release({second, core::Stored{}});
  CHECK(heard == 1);
}

}  // namespace
}  // namespace chargehook::runtime
