/// The moments at which instances want to be looked at: one heap, at most a few entries per instance.
/// A moment that is put off or given up stays in the heap and is found out when it comes up.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/clock.hpp"

namespace chargehook::rules {

class Deadlines {
 public:
  /// Forgets all. No allocation follows while each instance has at most two entries.
  void reset(std::size_t instances);

  /// `at` takes the place of what was said of this instance before; nothing: it wants nothing.
  void set(std::uint32_t instance, std::optional<model::BootTime> at);

  /// The earliest moment at which something may be due; may be early, never late.
  [[nodiscard]] std::optional<model::BootTime> next() const;

  /// Takes out an instance whose moment is not after `now`: in order of moment, then of number.
  [[nodiscard]] std::optional<std::uint32_t> take_due(model::BootTime now);

  [[nodiscard]] std::size_t entries() const { return heap_.size(); }

 private:
  struct Entry {
    model::BootTime at;
    std::uint32_t instance;
  };
  struct Wish {
    std::optional<model::BootTime> wanted;
    std::optional<model::BootTime> queued;  ///< the earliest entry of the instance in the heap
  };
  static bool later(const Entry& a, const Entry& b);
  void push(std::uint32_t instance, model::BootTime at);

  std::vector<Entry> heap_;
  std::vector<Wish> wishes_;
};

}  // namespace chargehook::rules
