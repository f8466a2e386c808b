/// Reads of the store that are under way: which stream each is for, and those to be asked again because the store
/// could not be read at that moment.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "delivery/streams.hpp"
#include "journal/batch.hpp"
#include "model/clock.hpp"

namespace chargehook::core {

class Reads {
 public:
  [[nodiscard]] journal::ReadRequest start(const delivery::WantRecords& want);

  /// @return what was asked. A result with a reason is kept to be asked again after a second
  delivery::WantRecords finish(const model::Now& now, const journal::ReadResult& result);

  void ask_again(const model::Now& now, std::vector<journal::ReadRequest>& out);
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

 private:
  struct UnderWay {
    delivery::WantRecords want;
    std::optional<model::BootTime> again;
  };
  std::map<std::uint64_t, UnderWay> under_way_;
  std::uint64_t next_ = 1;
};

}  // namespace chargehook::core
