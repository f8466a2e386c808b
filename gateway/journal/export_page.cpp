#include "journal/export_page.hpp"

#include <simdjson.h>

#include "model/json_text.hpp"

namespace chargehook::journal {
namespace {

constexpr std::string_view lead = R"({"after":)";

std::string list_of(const std::vector<model::Sequence>& sequences) {
  std::string out = "[";
  for (const auto sequence : sequences) {
    if (out.size() > 1) out += ',';
    out += std::to_string(sequence);
  }
  return out + ']';
}

bool read_sequences(simdjson::dom::element value, std::vector<model::Sequence>& out) {
  simdjson::dom::array list;
  if (value.get(list) != simdjson::SUCCESS) return false;
  for (const auto each : list) {
    model::Sequence sequence = 0;
    if (each.get(sequence) != simdjson::SUCCESS) return false;
    out.push_back(sequence);
  }
  return true;
}

}  // namespace

std::string to_text(const ExportPageEnd& end) {
  std::string out;
  model::JsonObject{out}
      .add("after", end.after)
      .add("events", end.events)
      .add_json("damaged", list_of(end.damaged))
      .add("last", end.is_last)
      .end();
  return out;
}

bool is_page_end(std::string_view line) { return line.starts_with(lead); }

model::Result<ExportPageEnd> read_page_end(std::string_view line) {
  namespace dom = simdjson::dom;
  dom::parser parser;
  dom::object object;
  dom::element damaged;
  ExportPageEnd end;
  const bool is_read = parser.parse(line.data(), line.size()).get(object) == simdjson::SUCCESS &&
                       object.at_key("after").get(end.after) == simdjson::SUCCESS &&
                       object.at_key("events").get(end.events) == simdjson::SUCCESS &&
                       object.at_key("last").get(end.is_last) == simdjson::SUCCESS &&
                       object.at_key("damaged").get(damaged) == simdjson::SUCCESS &&
                       read_sequences(damaged, end.damaged);
  if (!is_read) return model::Error{"json", "a page of the export does not end as it should"};
  return end;
}

}  // namespace chargehook::journal
