#include "runtime/journal_desk.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "api/apply_json.hpp"
#include "api/import_json.hpp"
#include "journal/format/export_line.hpp"

namespace chargehook::runtime {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view export_target = "/v1/journal/export";
constexpr std::string_view import_target = "/v1/journal/import";

http::Response error_response(int status, std::string_view code, std::string_view message) {
  return {status, "application/json", {}, api::error_json(code, message)};
}

http::Response busy_response(std::string_view code, std::string_view message, std::chrono::seconds retry_after) {
  auto response = error_response(503, code, message);
  response.headers.emplace_back("Retry-After", std::to_string(retry_after.count()));
  return response;
}

/// The next piece of `text` up to `end`, which is taken off with it.
std::string_view take_up_to(std::string_view& text, char end) {
  const auto piece = text.substr(0, text.find(end));
  text.remove_prefix(std::min(piece.size() + 1, text.size()));
  return piece;
}

bool read_number(std::string_view text, std::uint64_t& out) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

/// "after=17&store=00000000000000ff", each of which may be missing.
std::optional<journal::ExportRequest> read_query(std::string_view query) {
  journal::ExportRequest request;
  while (!query.empty()) {
    auto value = take_up_to(query, '&');
    const auto name = take_up_to(value, '=');
    if (name == "store") request.of_store = journal::parse_store_id(value);
    const bool is_read =
        name == "store" ? request.of_store.has_value() : name == "after" && read_number(value, request.after);
    if (!is_read) return std::nullopt;
  }
  return request;
}

/// An empty line is none.
core::ImportSeen read_chunk(std::string_view body, core::Token token) {
  core::ImportSeen chunk;
  chunk.token = token;
  for (std::size_t number = 1; !body.empty(); ++number) {
    const auto text = take_up_to(body, '\n');
    if (text.empty()) continue;
    auto line = journal::read_export_line(text);
    if (line) {
      chunk.lines.push_back({number, std::move(line).value()});
    } else {
      chunk.refused.push_back({number, line.error().message});
    }
  }
  return chunk;
}

http::Response import_response(const core::Release& release) {
  if (const auto* imported = std::get_if<core::Imported>(&release.answer)) {
    return {200, "application/json", {}, api::imported_json(*imported)};
  }
  const auto& refused = std::get<core::Refused>(release.answer);
  return busy_response(refused.code, refused.reason, refused.retry_after);
}

http::Response export_response(const journal::ExportPage& page) {
  if (page.refusal.code.empty()) {
    return {200, "application/x-ndjson", {}, page.lines + to_text(page.end) + '\n'};
  }
  return error_response(page.refusal.code == "store" ? 409 : 503, page.refusal.code, page.refusal.message);
}

}  // namespace

JournalDesk::JournalDesk(CoreLoop& loop, Answers& answers, Worker& worker, ReadPage read_page, Respond respond)
    : loop_(loop), answers_(answers), worker_(worker), read_page_(std::move(read_page)), respond_(std::move(respond)) {}

bool JournalDesk::handle(const http::Request& request) {
  std::string_view query = request.target;
  const auto target = take_up_to(query, '?');
  if (request.method == "GET" && target == export_target) {
    export_page(request.id, std::string{query});
    return true;
  }
  if (request.method == "POST" && request.target == import_target) {
    import_chunk(request.id, request.body);
    return true;
  }
  return false;
}

void JournalDesk::export_page(http::RequestId id, const std::string& query) {
  const auto request = read_query(query);
  if (!request) {
    return respond_(id, error_response(400, "query", "after is a sequence, store the 16 hex digits of a store's id"));
  }
  read_page_(*request, answers_.expect([this, id](const core::Release& release) {
    respond_(id, export_response(std::get<journal::ExportPage>(release.answer)));
  }));
}

/// Reading the lines takes a while that chargers need not wait for. The job refers to the loop alone: it may still run
/// when this desk is gone.
void JournalDesk::import_chunk(http::RequestId id, std::string body) {
  if (static_cast<std::size_t>(std::ranges::count(body, '\n')) > import_chunk_lines_max) {
    return respond_(id, error_response(413, "lines", "at most " + std::to_string(import_chunk_lines_max) + " lines"));
  }
  const auto token =
      answers_.expect([this, id](const core::Release& release) { respond_(id, import_response(release)); });
  const bool is_taken =
      worker_.run([&loop = loop_, body = std::move(body), token] { loop.post(read_chunk(body, token)); });
  if (!is_taken)
    answers_.release({token, core::Refused{"busy", "too much is under way already", core::Retry::later, 1s}});
}

}  // namespace chargehook::runtime
