#include "journal/format/boot_rows.hpp"

#include <doctest/doctest.h>

namespace chargehook::journal {
namespace {

using std::chrono::seconds;

/// Openings with these indices, all within one boot of the machine.
void open(BootRows& rows, std::uint8_t machine_boot, std::uint32_t first, std::uint32_t last) {
  for (std::uint32_t index = first; index <= last; ++index) rows[index].boot_uuid = {machine_boot};
}

void learn(BootRow& row, std::int64_t offset_s) {
  row.learned = model::LearnedClock{seconds{offset_s}, model::TimeQuality::synced, model::TimeSource::ntp, {}};
}

/// What is left of the rows, as their indices below the newest ten.
std::vector<std::uint32_t> left_of(BootRows rows, std::optional<std::uint32_t> oldest) {
  for (const std::uint32_t boot : boots_to_drop(rows, oldest)) rows.erase(boot);
  REQUIRE(rows.size() >= boots_always_kept);
  std::vector<std::uint32_t> out;
  for (const auto& [index, row] : rows) out.push_back(index);
  out.resize(out.size() - boots_always_kept);
  return out;
}

TEST_CASE("ten openings are never too many") {
  BootRows rows;
  open(rows, 1, 1, 10);
  CHECK(boots_to_drop(rows, 10).empty());
}

TEST_CASE(
    "of a boot of the machine that records may be of the first and the last opening stay, and what was learned last") {
  BootRows rows;
  open(rows, 1, 1, 50);
  learn(rows[20], 1'800'000'000);
  learn(rows[30], 1'800'000'100);
  open(rows, 2, 51, 100);
  CHECK(left_of(rows, 1) == std::vector<std::uint32_t>{1, 30, 50, 51});
  CHECK(left_of(rows, std::nullopt) == std::vector<std::uint32_t>{1, 30, 50, 51});
}

TEST_CASE("a boot of the machine of which no record is left goes, but for the newest time that was known") {
  BootRows rows;
  open(rows, 1, 1, 50);
  open(rows, 2, 51, 100);
  CHECK(left_of(rows, 51) == std::vector<std::uint32_t>{1, 51});  // all times are equal: the first row's counts
  learn(rows[17], 1'800'000'000);
  CHECK(left_of(rows, 51) == std::vector<std::uint32_t>{17, 51});
  CHECK(left_of(rows, 50) == std::vector<std::uint32_t>{1, 17, 50, 51});
}

TEST_CASE("openings of which the boot of the machine is not known are each of its own") {
  BootRows rows;
  open(rows, 0, 1, 20);
  CHECK(left_of(rows, 4) == std::vector<std::uint32_t>{1, 4, 5, 6, 7, 8, 9, 10});
}

TEST_CASE("what is left is enough: a second time nothing goes, and each opening's boot of the machine is still known") {
  BootRows rows;
  open(rows, 1, 1, 50);
  open(rows, 2, 51, 53);
  open(rows, 3, 54, 100);
  for (const std::uint32_t boot : boots_to_drop(rows, 1)) rows.erase(boot);
  CHECK(rows.size() == 5 + boots_always_kept);
  CHECK(boots_to_drop(rows, 1).empty());
  for (std::uint32_t boot = 1; boot <= 100; ++boot) CHECK(is_boot_known(rows, boot));
}

TEST_CASE("an opening between two boots of the machine, or behind the last row, is not known") {
  BootRows rows;
  open(rows, 1, 5, 5);
  open(rows, 2, 8, 8);
  open(rows, 0, 10, 10);
  open(rows, 0, 12, 12);
  for (const std::uint32_t boot : {4U, 6U, 7U, 9U, 11U, 13U}) CHECK_FALSE(is_boot_known(rows, boot));
  CHECK(is_boot_known(rows, 8));
}

}  // namespace
}  // namespace chargehook::journal
