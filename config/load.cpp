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

/// Those of devices.d last, so that one of them takes the place of a shipped one of its name.
void read_profiles(Draft& draft, Diagnostics& diagnostics) {
  for (const bool of_package : {true, false}) {
    for (const Source& source : draft.files.sources) {
      if (kind_of(source.path) != FileKind::devices || is_shipped(source.path) != of_package) continue;
      read_file(source, of_package ? read_shipped_profile : read_own_profile, draft, diagnostics);
    }
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
    if (kind != FileKind::unknown) continue;
    diagnostics.add(about_file(source.path, "E112", "no file of this name belongs to the configuration",
                               "gateway.yaml, site.yaml, and *.yaml in devices.d, adapters.d, endpoints.d or rules.d"));
  }
}

/// Whether all that rules can name has been read.
bool is_site_sound(const Diagnostics& diagnostics) {
  return std::ranges::none_of(diagnostics.all(), [](const Diagnostic& diagnostic) {
    const auto kind = kind_of(diagnostic.file);
    return diagnostic.severity == Severity::error && (kind == FileKind::site || kind == FileKind::adapters);
  });
}

/// What concerns several files: references, and rules, which need all that they can name.
void join_files(Draft& draft, Diagnostics& diagnostics) {
  const ReportOn report_on = [&](const std::string& file, const std::function<void(Report&)>& say) {
    const auto source = std::ranges::find(draft.files.sources, file, &Source::path);
    const Lines lines(*source);
    Report report(lines, diagnostics);
    say(report);
  };
  complete_topology(draft);
  check_references(draft, report_on);
  compile_rules(draft, is_site_sound(diagnostics), report_on);
}

}  // namespace

std::string hash_of(const std::vector<Source>& sources) {
  std::string all;
  for (const Source& source : sources) {
    if (is_shipped(source.path)) continue;
    for (const std::string* part : {&source.path, &source.text})
      all.append(std::to_string(part->size())).append(":").append(*part);
  }
  const model::Digest digest = model::sha256(all);
  return model::hex(std::span(digest).first(8));
}

Loaded load(const Files& files) {
  Loaded out;
  Draft draft{files, {}, {}, {}, {}, {}, {}};
  for (const Diagnostic& problem : files.problems) out.diagnostics.add(problem);
  check_present(files, "gateway.yaml", out.diagnostics);
  check_present(files, "site.yaml", out.diagnostics);
  refuse_other_files(files, out.diagnostics);
  read_kind(FileKind::gateway, read_gateway_file, draft, out.diagnostics);
  read_kind(FileKind::site, read_site_file, draft, out.diagnostics);
  read_profiles(draft, out.diagnostics);
  read_kind(FileKind::adapters, read_adapter_file, draft, out.diagnostics);
  read_kind(FileKind::endpoints, read_endpoint_file, draft, out.diagnostics);
  read_kind(FileKind::rules, read_rules_file, draft, out.diagnostics);
  join_files(draft, out.diagnostics);
  out.diagnostics.sort();
  if (out.diagnostics.has_errors()) return out;
  draft.generation.hash = hash_of(files.sources);
  out.generation = std::move(draft.generation);
  return out;
}

}  // namespace chargehook::config
