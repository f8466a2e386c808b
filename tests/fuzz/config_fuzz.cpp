// A whole configuration folder from one input: files are told apart by lines "=== path"; what stands before the first
// is an endpoint file. Whatever comes, load() takes it or says where it is wrong.
#include <cstdint>
#include <string>
#include <string_view>

#include "config/load.hpp"
#include "model/result.hpp"

namespace {

using chargehook::config::Diagnostic;
using chargehook::config::Files;

constexpr std::string_view mark = "=== ";

Files files_of(std::string_view input) {
  Files files;
  files.secrets = {{"key", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}};
  files.timezones = {"Europe/Berlin", "UTC"};
  files.sources.push_back({"endpoints.d/first.yaml", ""});
  while (!input.empty()) {
    const std::size_t end = input.find('\n');
    const std::string_view line = input.substr(0, end);
    if (line.starts_with(mark)) {
      files.sources.push_back({std::string(line.substr(mark.size(), 64)), ""});
    } else {
      files.sources.back().text.append(line).append(end == input.npos ? "" : "\n");
    }
    input.remove_prefix(end == input.npos ? input.size() : end + 1);
  }
  return files;
}

void check(const Diagnostic& diagnostic) {
  CHARGEHOOK_ASSERT(diagnostic.line >= 1 && diagnostic.column >= 1 && diagnostic.length >= 1);
  CHARGEHOOK_ASSERT(!diagnostic.code.empty() && !diagnostic.message.empty());
  CHARGEHOOK_ASSERT(diagnostic.message.find('\n') == std::string::npos);
  CHARGEHOOK_ASSERT(diagnostic.help.find('\n') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Files files = files_of({reinterpret_cast<const char*>(data), size});
  const chargehook::config::Loaded loaded = chargehook::config::load(files);
  CHARGEHOOK_ASSERT(loaded.generation.has_value() != loaded.diagnostics.has_errors());
  for (const Diagnostic& diagnostic : loaded.diagnostics.all()) check(diagnostic);
  (void)to_text(loaded.diagnostics);
  (void)to_json(loaded.diagnostics);
  return 0;
}
