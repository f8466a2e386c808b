/// What `chargehook status` shows to people: what runs, what is wrong and what to do about it, on 80 columns. Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/status_json.hpp"
#include "model/clock.hpp"

namespace chargehook::cli {

/// A file of the configuration folder that is not as it was when it was taken into use.
struct EditedFile {
  std::string path;  ///< relative to the folder; empty: a file was taken away or came with an old date
  model::WallTime at;
};

/// What the configuration folder says of itself against the configuration that runs.
struct FolderSight {
  bool readable = true;  ///< if not, nothing is known of edits
  std::vector<EditedFile> edited;
};

/// "2026-11-22 14:02" by the clock on the wall of whoever reads it.
using LocalTime = std::function<std::string(model::WallTime)>;

struct StatusText {
  std::string text;  ///< ends with a line break
  bool has_problems = false;
};

[[nodiscard]] StatusText status_text(const api::StatusAnswer& answer, const FolderSight& folder,
                                     const LocalTime& local);

}  // namespace chargehook::cli
