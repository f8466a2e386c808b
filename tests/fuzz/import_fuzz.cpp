/// Any bytes as a line of an export file, as they are and with a check that agrees: refused with a code and one line,
/// or an event that the journal can take, which is written again and reads the same.
#include <xxhash.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "journal/export_page.hpp"
#include "journal/format/export_line.hpp"
#include "model/event_id.hpp"
#include "model/result.hpp"

namespace {

namespace journal = chargehook::journal;

void check(const chargehook::model::Result<journal::ExportLine>& line) {
  if (!line) {
    CHARGEHOOK_ASSERT(!line.error().code.empty() && !line.error().message.empty());
    CHARGEHOOK_ASSERT(line.error().message.find_first_of("\r\n") == std::string::npos);
    return;
  }
  const auto& event = line.value().event;
  for (const std::string_view name : {std::string_view{event.id}, std::string_view{event.subject}}) {
    CHARGEHOOK_ASSERT(!name.empty() && name.size() <= 256);
    CHARGEHOOK_ASSERT(std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7F; }));
  }
  CHARGEHOOK_ASSERT(journal::fits_record(event) && line.value().previous < line.value().sequence);
  auto again = journal::read_export_line(to_text(line.value()));
  auto expected = line.value();
  std::ranges::replace(expected.event.data, '\n', ' ');
  std::ranges::replace(expected.event.data, '\r', ' ');
  CHARGEHOOK_ASSERT(again && again.value() == expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  check(journal::read_export_line(input));
  std::string text{input.substr(0, input.rfind(",\"check\""))};
  text += R"(,"check":")" + chargehook::model::hex(XXH3_64bits(text.data(), text.size())) + "\"}";
  check(journal::read_export_line(text));
  if (const auto end = journal::read_page_end(input)) {
    CHARGEHOOK_ASSERT(journal::read_page_end(to_text(end.value())).value() == end.value());
  }
  return 0;
}
