#include "journal/verify/finding.hpp"

#include <numeric>
#include <utility>

namespace chargehook::journal {

std::string text_of(const Finding& finding) {
  return finding.where.empty() ? finding.what : finding.where + ": " + finding.what;
}

void Findings::add(Finding finding) {
  ++counts_[static_cast<std::size_t>(finding.harm)];
  if (kept_.size() < kept_max) kept_.push_back(std::move(finding));
}

std::uint64_t Findings::count() const { return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0}); }

void Findings::count_more(std::uint64_t total) {
  if (total > count()) counts_[static_cast<std::size_t>(Harm::value)] += total - count();
}

}  // namespace chargehook::journal
