/// Reads a stretch of one log in a short transaction.
#pragma once

#include "journal/batch.hpp"
#include "journal/io/lmdb_environment.hpp"
#include "journal/io/store_folder.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

/// Copies out what the request asks for, sorts out what does not verify, and gives the pages back.
/// @param mapping where the environment's file is mapped; empty: its pages stay
/// @param result  gets records, damaged and last
[[nodiscard]] model::Result<void> read_log(Environment& environment, MappedRange mapping, const ReadRequest& request,
                                           ReadResult& result);

}  // namespace chargehook::journal::io
