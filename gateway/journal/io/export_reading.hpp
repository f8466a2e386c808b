/// Reads a page of an export, in one short transaction.
#pragma once

#include "journal/export_page.hpp"
#include "journal/io/lmdb_environment.hpp"
#include "journal/io/store_folder.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

/// A record that does not read well has no line and is named in the page's end.
/// @param mapping where the environment's file is mapped; empty: its pages stay
/// @param page    gets lines and end
/// @return "store" (the request names another), "damaged", "io"
[[nodiscard]] model::Result<void> read_export(Environment& environment, MappedRange mapping,
                                              const ExportRequest& request, ExportPage& page);

}  // namespace chargehook::journal::io
