#include "delivery/outcome.hpp"

#include <array>

#include "delivery/retry_schedule.hpp"

namespace chargehook::delivery {
namespace {

struct StatusName {
  int status;
  std::string_view name;
};

/// Those that webhook receivers and what stands before them answer with. Source: RFC 9110 §15, RFC 6585, RFC 8470.
constexpr std::array<StatusName, 41> status_names{{
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {511, "Network Authentication Required"},
}};

std::string status_text(int status) {
  std::string text = std::to_string(status);
  for (const auto& known : status_names) {
    if (known.status == status) return text.append(" ").append(known.name);
  }
  return text;
}

std::string failure_text(const AttemptResult& result) {
  std::string text{to_string(result.phase)};
  text += ": ";
  if (!result.reason.empty()) return text += result.reason;
  return result.error == 0 ? text += "failed" : text += "error " + std::to_string(result.error);
}

OutcomeKind kind_of(int status) {
  if (status >= 200 && status <= 299) return OutcomeKind::delivered;
  switch (status) {
    case 400:
    case 409:
    case 413:
    case 415:
    case 422:
      return OutcomeKind::payload;
    default:
      return OutcomeKind::endpoint;
  }
}

}  // namespace

Outcome judge(const AttemptResult& result) {
  if (result.phase != Phase::answered) {
    const bool never_got_there = result.phase == Phase::resolve || result.phase == Phase::connect;
    return {never_got_there ? OutcomeKind::link : OutcomeKind::endpoint, std::nullopt, failure_text(result), 0};
  }
  Outcome outcome{kind_of(result.status), std::nullopt, status_text(result.status),
                  static_cast<std::uint16_t>(result.status)};
  if (outcome.kind != OutcomeKind::delivered) {
    outcome.retry_after = parse_retry_after(result.retry_after, result.date);
  }
  return outcome;
}

}  // namespace chargehook::delivery
