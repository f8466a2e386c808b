#include <doctest/doctest.h>

#include <random>
#include <set>

#include "journal/format/imported_row.hpp"
#include "journal/imported_ranges.hpp"

namespace chargehook::journal {
namespace {

constexpr ImportedRow sample{0xfeed'beef'0102'0304, 17, 4711};

using Rows = std::vector<ImportedRow>;

}  // namespace

TEST_CASE("a row of imported reads back as it was written") {
  const auto key = imported_key(sample.store_id, sample.from);
  CHECK(key.size() == 16);
  CHECK(encode_imported(sample).size() == 17);
  const auto again = decode_imported(key, encode_imported(sample));
  REQUIRE(again.has_value());
  CHECK(again.value() == sample);
}

TEST_CASE("a row of imported under another key, cut short, changed or turned round is not one") {
  const auto key = imported_key(sample.store_id, sample.from);
  const auto value = encode_imported(sample);
  CHECK_FALSE(decode_imported(imported_key(sample.store_id, sample.from + 1), value));
  CHECK_FALSE(decode_imported(key.substr(1), value));
  CHECK_FALSE(decode_imported(key, value.substr(0, value.size() - 1)));
  for (std::size_t at = 0; at < value.size(); ++at) {
    auto flipped = value;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    CHECK_FALSE(decode_imported(key, flipped));
  }
  const ImportedRow turned{1, 18, 17};
  CHECK_FALSE(decode_imported(imported_key(1, 18), encode_imported(turned)));
  const ImportedRow zero{1, 0, 17};
  CHECK_FALSE(decode_imported(imported_key(1, 0), encode_imported(zero)));
}

TEST_CASE("ranges that touch are one row, of the same store alone") {
  ImportedRanges ranges;
  ranges.add({1, 5, 9});
  ranges.add({1, 11, 20});
  ranges.add({2, 10, 10});
  CHECK(ranges.rows() == Rows{{1, 5, 9}, {1, 11, 20}, {2, 10, 10}});
  CHECK(ranges.touches({1, 10, 10}));
  CHECK_FALSE(ranges.touches({3, 10, 10}));
  CHECK_FALSE(ranges.touches({1, 22, 30}));
  ranges.add({1, 10, 10});
  CHECK(ranges.rows() == Rows{{1, 5, 20}, {2, 10, 10}});
  ranges.add({1, 1, 30});
  CHECK(ranges.rows() == Rows{{1, 1, 30}, {2, 10, 10}});
}

TEST_CASE("the ends of all numbers are numbers like others") {
  ImportedRanges ranges;
  ranges.add({UINT64_MAX, UINT64_MAX, UINT64_MAX});
  ranges.add({UINT64_MAX, 1, 1});
  CHECK(ranges.size() == 2);
  CHECK(ranges.covers(UINT64_MAX, UINT64_MAX));
  CHECK_FALSE(ranges.covers(UINT64_MAX, 2));
  ranges.add({UINT64_MAX, 2, UINT64_MAX - 1});
  CHECK(ranges.rows() == Rows{{UINT64_MAX, 1, UINT64_MAX}});
}

TEST_CASE("changes are told as puts and deletes, and can be taken back") {
  ImportedRanges ranges{Rows{{1, 10, 20}, {1, 40, 50}}};
  const auto before = ranges.rows();
  ImportedRanges::Changes changes;
  ranges.add({1, 21, 30}, &changes);
  ranges.add({1, 31, 39}, &changes);
  ranges.add({1, 5, 9}, &changes);
  CHECK(ranges.rows() == Rows{{1, 5, 50}});
  CHECK(ranges.puts(changes) == std::vector<ImportedPut>{{1, 5, 50}, {1, 10, std::nullopt}, {1, 40, std::nullopt}});
  ranges.take_back(changes);
  CHECK(ranges.rows() == before);
}

TEST_CASE("ranges added in any order cover what a set of numbers would") {
  std::mt19937 random{7};
  for (int round = 0; round < 200; ++round) {
    ImportedRanges ranges;
    std::set<model::Sequence> numbers;
    for (int step = 0; step < 30; ++step) {
      const model::Sequence from = 1 + random() % 100;
      const model::Sequence to = from + random() % 5;
      ranges.add({3, from, to});
      for (auto number = from; number <= to; ++number) numbers.insert(number);
    }
    std::size_t runs = 0;
    for (model::Sequence number = 1; number <= 110; ++number) {
      REQUIRE(ranges.covers(3, number) == numbers.contains(number));
      if (numbers.contains(number) && !numbers.contains(number - 1)) ++runs;
    }
    REQUIRE(ranges.size() == runs);
  }
}

}  // namespace chargehook::journal
