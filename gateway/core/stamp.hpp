/// When and how a record was taken in.
#pragma once

#include "journal/format/record.hpp"
#include "model/boot_clocks.hpp"

namespace chargehook::core {

[[nodiscard]] inline model::Stamp stamp_of(const journal::Record& record) {
  return {record.boot, record.boot_time, record.recorded, record.recorded_quality};
}

}  // namespace chargehook::core
