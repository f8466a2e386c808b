/// What the judge finds wrong, in sentences. The first of them are kept, all are counted.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace chargehook::simulation {

class Complaints {
 public:
  void say(std::string what) {
    ++count_;
    if (kept_.size() < 20) kept_.push_back(std::move(what));
  }
  [[nodiscard]] const std::vector<std::string>& kept() const { return kept_; }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  std::vector<std::string> kept_;
  std::size_t count_ = 0;
};

}  // namespace chargehook::simulation
