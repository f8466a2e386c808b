#include "core/time/time_revision_rows.hpp"

#include <charconv>
#include <initializer_list>
#include <span>
#include <vector>

namespace chargehook::core {
namespace {

using Numbers = std::vector<std::uint64_t>;

std::string joined(const Numbers& numbers) {
  std::string out;
  for (const auto number : numbers) {
    if (!out.empty()) out += ' ';
    out += std::to_string(number);
  }
  return out;
}

/// Nothing unless they are `count` numbers, written as `joined` does.
std::optional<Numbers> split(std::string_view text, std::size_t count) {
  Numbers out;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (out.size() < count) {
    if (!out.empty() && (at == end || *at++ != ' ')) return std::nullopt;
    const auto [next, error] = std::from_chars(at, end, out.emplace_back());
    if (error != std::errc{}) return std::nullopt;
    at = next;
  }
  return at == end ? std::optional{out} : std::nullopt;
}

Sequences four(std::span<const std::uint64_t> numbers) { return {numbers[0], numbers[1], numbers[2], numbers[3]}; }

std::uint32_t boot_of(std::uint64_t number) { return static_cast<std::uint32_t>(number); }

}  // namespace

std::string plan_key(const RevisionPlan& plan) { return std::string{plan_prefix} + std::to_string(plan.first_boot); }

std::string encode_mark(const UncorrectedMark& mark) {
  Numbers numbers{mark.first_boot};
  numbers.insert(numbers.end(), mark.after.begin(), mark.after.end());
  return joined(numbers);
}

std::optional<UncorrectedMark> decode_mark(std::string_view text) {
  const auto numbers = split(text, 5);
  if (!numbers || numbers->front() > UINT32_MAX) return std::nullopt;
  return UncorrectedMark{boot_of(numbers->front()), four(std::span{*numbers}.subspan(1))};
}

std::string encode_plan(const RevisionPlan& plan) {
  Numbers numbers{plan.first_boot, plan.last_boot};
  numbers.insert(numbers.end(), plan.done.begin(), plan.done.end());
  numbers.insert(numbers.end(), plan.up_to.begin(), plan.up_to.end());
  return joined(numbers);
}

std::optional<RevisionPlan> decode_plan(std::string_view text) {
  const auto numbers = split(text, 10);
  if (!numbers || numbers->at(0) > UINT32_MAX || numbers->at(1) > UINT32_MAX) return std::nullopt;
  const std::span all{*numbers};
  return RevisionPlan{boot_of(all[0]), boot_of(all[1]), four(all.subspan(2, 4)), four(all.subspan(6, 4))};
}

}  // namespace chargehook::core
