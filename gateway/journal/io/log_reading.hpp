/// Reads a stretch of one log in a short transaction.
#pragma once

#include <cstdint>

#include "journal/batch.hpp"
#include "journal/io/lmdb_environment.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

/// Copies out what the request asks for, and sorts out what does not verify.
/// @param result  gets records, damaged and last
/// @return bytes of the values that it went over
[[nodiscard]] model::Result<std::uint64_t> read_log(Environment& environment, const ReadRequest& request,
                                                    ReadResult& result);

}  // namespace chargehook::journal::io
