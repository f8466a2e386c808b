/// Makes the Nth write or sync of this process fail with EIO, LMDB's own included: the test program defines pwrite,
/// writev, fdatasync and fsync, and liblmdb calls those.
#pragma once

#include <cstdint>

namespace chargehook::journal::io::test {

enum class FaultKind : std::uint8_t {
  not_done,           ///< the call does nothing and fails
  done_all_the_same,  ///< the call does its work, then fails
  from_there_on,      ///< this call and all after it do nothing and fail
};

/// @param countdown 1: the next call fails
void arm_disk_fault(int countdown, FaultKind kind);

/// @return whether the fault has come about since it was armed
bool disarm_disk_fault();

}  // namespace chargehook::journal::io::test
