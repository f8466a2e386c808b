/// Exports a store that no gateway has open. It trusts pages that LMDB trusts: for a process of its own, which may die
/// of a damaged one.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "journal/export_page.hpp"

namespace chargehook::journal::io {

/// @param tell gets lines of examination.hpp (P once, R if it is not read on, E at the end), and page by page the lines
///             of the events and the line that ends the page (export_page.hpp)
void export_store(const std::string& folder, ExportRequest request, const std::function<void(std::string_view)>& tell);

}  // namespace chargehook::journal::io
