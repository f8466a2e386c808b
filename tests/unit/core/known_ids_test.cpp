#include "core/intake/known_ids.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>

namespace chargehook::core {
namespace {

using journal::IdRow;

IdRow row(std::uint64_t number, std::uint32_t day = 1) {
  return {day, number * 0x9E37'79B9'7F4A'7C15, number, number + 7};
}

std::optional<KnownIds::Known> find(const KnownIds& known, std::uint64_t number) { return known.find(row(number).id); }

}  // namespace

TEST_CASE("an id that was added is found with its sequence and content, another one is not") {
  KnownIds known{{}, 10};
  CHECK_FALSE(find(known, 1));
  known.add(row(1));
  CHECK(find(known, 1) == KnownIds::Known{1, 8});
  CHECK_FALSE(find(known, 2));
}

TEST_CASE("what the store had is known at the start, the oldest of it first to go") {
  KnownIds known{{row(4, 2), row(2, 1), row(1, 1), row(3, 2)}, 4};
  CHECK(known.size() == 4);
  CHECK(known.last_day() == 2);
  known.add(row(5, 2));
  CHECK_FALSE(find(known, 1));
  CHECK(known.take_gone() == std::vector{row(1, 1)});
  CHECK(known.take_gone().empty());
  CHECK(known.crowded_out() == 1);
}

TEST_CASE("eight days are kept, and days on which nothing came do not count") {
  KnownIds known{{}, 100};
  for (std::uint32_t day = 1; day <= 8; ++day) known.add(row(day, day));
  CHECK(find(known, 1));
  known.add(row(9, 400));
  CHECK_FALSE(find(known, 1));
  CHECK(find(known, 2));
  CHECK(known.take_gone() == std::vector{row(1, 1)});
  CHECK(known.crowded_out() == 0);
}

TEST_CASE("a row of an earlier day that became durable late is kept with those around it") {
  KnownIds known{{}, 100};
  known.add(row(1, 5));
  known.add(row(2, 4));
  CHECK(find(known, 2));
  CHECK(known.last_day() == 5);
}

TEST_CASE("an id that is added again counts as new, and the older row goes without it") {
  KnownIds known{{}, 2};
  known.add(row(1));
  auto again = row(1);
  again.sequence = 50;
  known.add(again);
  known.add(row(2));
  CHECK(known.take_gone() == std::vector{row(1)});
  CHECK(find(known, 1)->sequence == 50);
}

TEST_CASE("it finds what a plain map finds, through growth, crowding and old days") {
  std::mt19937_64 dice{4};
  for (const std::size_t most : {1U, 63U, 1000U}) {
    KnownIds known{{}, most};
    std::map<std::uint64_t, std::uint64_t> model;  // sequence by id
    std::uint64_t sequence = 0;
    for (std::uint32_t day = 1; day < 40; ++day) {
      for (std::uint64_t left = dice() % 200; left > 0; --left) {
        // few low bits, so that many ids want the same slot
        const IdRow added{day, dice() % 4 + ((++sequence) << 32), sequence, 0};
        known.add(added);
        model[added.id] = sequence;
      }
      for (const auto& gone : known.take_gone()) REQUIRE(model.erase(gone.id) == 1);
      REQUIRE(known.size() == model.size());
      REQUIRE(known.size() <= most);
      for (const auto& [id, expected] : model) REQUIRE(known.find(id)->sequence == expected);
      REQUIRE_FALSE(known.find(dice() | 1ULL << 63));
    }
  }
}

}  // namespace chargehook::core
