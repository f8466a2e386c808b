/// The look at a store that nobody has open, told line by line (journal/verify/examination.hpp). LMDB trusts its pages,
/// so a damaged one can end the process that looks: it is a process of its own, ourselves with another command.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "journal/format/tables.hpp"
#include "journal/verify/counting.hpp"
#include "model/clock.hpp"

namespace chargehook::journal::io {

enum class Extent : std::uint8_t {
  ends,   ///< the first and last 1,000 records of each log; all if runs keep failing
  whole,  ///< everything
};

struct ExamineOptions {
  std::string folder;
  Extent extent = Extent::ends;
  bool is_locked = false;  ///< the parent holds the folder's lock
  Counting counting;
  model::Now now;        ///< with boot_uuid: whether runs keep failing
  BootUuid boot_uuid{};  ///< of the machine's boot
};

void examine_store(const ExamineOptions& options, const std::function<void(std::string_view line)>& tell);

}  // namespace chargehook::journal::io
