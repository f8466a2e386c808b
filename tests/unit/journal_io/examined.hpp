/// What the look of a process of its own says of a store, in this one.
#pragma once

#include <string_view>

#include "journal/io/examine_store.hpp"
#include "journal/verify/examination.hpp"
#include "store_fixture.hpp"

namespace chargehook::journal::io::test {

inline Examination examine(const TemporaryFolder& folder, Extent extent) {
  Examination examination;
  ExamineOptions how;
  how.folder = folder.store();
  how.extent = extent;
  examine_store(how, [&](std::string_view line) { read_line(line.substr(0, line.size() - 1), examination); });
  return examination;
}

}  // namespace chargehook::journal::io::test
