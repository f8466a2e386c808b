#include "config/load.hpp"

#include <algorithm>

#include "config/sections.hpp"
#include "config/yaml_tree.hpp"
#include "model/event_id.hpp"

namespace chargehook::config {
namespace {

using SectionReader = void (*)(MapReader&, Draft&);

void read_file(const Source& source, SectionReader read, Draft& draft, Diagnostics& diagnostics) {
  const Lines lines(source);
  Report report(lines, diagnostics);
  const std::optional<Node> root = read_yaml(report);
  if (!root) return;
  MapReader top(*root, Place{}, report);
  read(top, draft);
}

void read_kind(FileKind kind, SectionReader read, Draft& draft, Diagnostics& diagnostics) {
  for (const Source& source : draft.files.sources) {
    if (kind_of(source.path) == kind) read_file(source, read, draft, diagnostics);
  }
}

Diagnostic about_file(std::string_view path, std::string_view code, std::string message, std::string help) {
  Diagnostic out;
  out.file = path;
  out.code = code;
  out.message = std::move(message);
  out.help = std::move(help);
  return out;
}

/// Files that must be there but are not, unless it was said already why they could not be read.
void check_present(const Files& files, std::string_view path, Diagnostics& diagnostics) {
  const auto is_it = [path](const auto& of) { return of == path; };
  const bool read =
      std::any_of(files.sources.begin(), files.sources.end(), [&](const Source& s) { return is_it(s.path); });
  const bool known =
      std::any_of(files.problems.begin(), files.problems.end(), [&](const Diagnostic& d) { return is_it(d.file); });
  if (read || known) return;
  diagnostics.add(about_file(path, "E111", "the file is missing", "config/examples/minimal has one to begin with"));
}

void refuse_other_files(const Files& files, Diagnostics& diagnostics) {
  for (const Source& source : files.sources) {
    const FileKind kind = kind_of(source.path);
    if (kind == FileKind::rules) {
      diagnostics.add(about_file(source.path, "E150", "rules are not known to this version",
                                 "move the file out of rules.d, or install a version with rules"));
    } else if (kind == FileKind::unknown) {
      diagnostics.add(about_file(source.path, "E112", "no file of this name belongs to the configuration",
                                 "gateway.yaml, site.yaml, and *.yaml in adapters.d or endpoints.d"));
    }
  }
}

}  // namespace

std::string hash_of(const std::vector<Source>& sources) {
  std::string all;
  for (const Source& source : sources) {
    for (const std::string* part : {&source.path, &source.text})
      all.append(std::to_string(part->size())).append(":").append(*part);
  }
  const model::Digest digest = model::sha256(all);
  return model::hex(std::span(digest).first(8));
}

Loaded load(const Files& files) {
  Loaded out;
  Draft draft{files, {}, {}};
  for (const Diagnostic& problem : files.problems) out.diagnostics.add(problem);
  check_present(files, "gateway.yaml", out.diagnostics);
  check_present(files, "site.yaml", out.diagnostics);
  refuse_other_files(files, out.diagnostics);
  read_kind(FileKind::gateway, read_gateway_file, draft, out.diagnostics);
  read_kind(FileKind::site, read_site_file, draft, out.diagnostics);
  read_kind(FileKind::adapters, read_adapter_file, draft, out.diagnostics);
  read_kind(FileKind::endpoints, read_endpoint_file, draft, out.diagnostics);
  out.diagnostics.sort();
  if (out.diagnostics.has_errors()) return out;
  draft.generation.hash = hash_of(files.sources);
  out.generation = std::move(draft.generation);
  return out;
}

}  // namespace chargehook::config
