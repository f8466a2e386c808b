#include "receiver/receiver.hpp"

#include <charconv>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "receiver/standard_webhooks.hpp"

namespace chargehook::simulators {
namespace {

using nlohmann::json;

/// Of one event, for its content.
constexpr unsigned refusal = 422;

constexpr std::string_view type_prefix = "io.chargehook.";

std::string text_of(const json& event, const char* attribute) {
  const auto found = event.find(attribute);
  return found != event.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The place that a CloudEvent claims; nothing if an attribute is missing or no number.
std::optional<Place> place_of(const json& event) {
  Place place{text_of(event, "stream"),   0,
              text_of(event, "id"),       text_of(event, "hash"),
              text_of(event, "prevhash"), text_of(event, "partitionkey")};
  const auto n = number_of(text_of(event, "n"));
  if (!n || place.stream.empty() || place.hash.size() != 32 || place.prevhash.size() != 32) return std::nullopt;
  place.n = *n;
  return place;
}

bool is_success(unsigned status) { return status >= 200 && status < 300; }

Verdict verdict_of(std::string_view name) {
  for (std::size_t i = 0; i < verdict_count; ++i) {
    if (name == to_string(static_cast<Verdict>(i))) return static_cast<Verdict>(i);
  }
  return Verdict::bad_event;
}

}  // namespace

Receiver::Receiver(ReceiverOptions options) : options_(std::move(options)) {
  if (options_.log.empty()) return;
  replay(options_.log);
  log_.open(options_.log);
}

/// A receiver that comes back knows what it has had: its log is its memory.
void Receiver::replay(const std::string& path) {
  std::ifstream file(path);
  for (std::string text; std::getline(file, text);) {
    const json line = json::parse(text, nullptr, false);
    if (!line.is_object()) continue;  // cut by a kill
    ++tally_[static_cast<std::size_t>(verdict_of(text_of(line, "verdict")))];
    ++from_log_;
    const auto place = place_of(line);
    const unsigned answered = line.value("answered", 0U);
    if (place && is_success(answered)) book_.take(*place);
    if (place && answered == refusal) book_.refuse(*place);
  }
}

bool Receiver::takes(const Post& post) const {
  return is_success(options_.answer) && (options_.refused_id.empty() || post.id != options_.refused_id);
}

Answer Receiver::take(const Post& post) {
  if (post.method != "POST") return {405, {}};
  json event;
  const Verdict verdict = judge(post, event);
  const unsigned status = status_for(post, verdict);
  ++tally_[static_cast<std::size_t>(verdict)];
  if (log_.is_open()) write_line(post, event, verdict, status);
  if (options_.print) print(post, event, verdict);
  return {status, options_.delay};
}

Verdict Receiver::judge(const Post& post, json& event) {
  const Verdict signature =
      verify(options_.key, {post.id, post.timestamp, post.signatures, post.body}, std::time(nullptr));
  if (signature != Verdict::good) return signature;
  event = json::parse(post.body, nullptr, false);
  return judge_event(post, event);
}

Verdict Receiver::judge_event(const Post& post, const json& event) {
  if (!event.is_object() || text_of(event, "specversion") != "1.0" || text_of(event, "id") != post.id) {
    return Verdict::bad_event;
  }
  const std::string type = text_of(event, "type");
  if (!type.starts_with(type_prefix)) return Verdict::bad_event;
  if (type.substr(type_prefix.size()) == "delivery.watermark") return Verdict::unnumbered;
  const auto place = place_of(event);
  if (!place) return Verdict::bad_event;
  if (status_for(post, Verdict::good) == refusal) book_.refuse(*place);
  return takes(post) ? book_.take(*place) : Verdict::good;
}

unsigned Receiver::status_for(const Post& post, Verdict verdict) const {
  switch (verdict) {
    case Verdict::missing_header:
    case Verdict::bad_timestamp:
    case Verdict::bad_signature:
      return 401;
    case Verdict::bad_event:
      return 400;
    default:
      if (!options_.refused_id.empty() && post.id == options_.refused_id) return refusal;
      return options_.answer;  // what is out of place is written down, not refused: it must not hide what follows
  }
}

void Receiver::write_line(const Post& post, const json& event, Verdict verdict, unsigned status) {
  json line = {{"at", utc_now()}, {"id", post.id}, {"verdict", to_string(verdict)}, {"answered", status}};
  if (event.is_object()) {
    for (const char* attribute : {"type", "stream", "n", "hash", "prevhash", "sequence", "partitionkey", "eventclass",
                                  "subject", "time", "data"}) {
      if (const auto found = event.find(attribute); found != event.end()) line[attribute] = *found;
    }
  }
  log_.write(line.dump(-1, ' ', false, json::error_handler_t::replace));
}

void Receiver::print(const Post& post, const json& event, Verdict verdict) const {
  const bool numbered = event.is_object() && event.contains("n");
  const std::string type = event.is_object() ? text_of(event, "type") : "";
  const std::string shown = type.starts_with(type_prefix) ? type.substr(type_prefix.size()) : type;
  const std::string n = numbered ? text_of(event, "n") : "-";
  std::printf("%s  %-11s  %-22s  %-22.22s  %-8s n %-4s  %.*s\n", utc_now().substr(11, 8).c_str(),
              verdict == Verdict::good ? "verified" : std::string(to_string(verdict)).c_str(), shown.c_str(),
              numbered ? text_of(event, "partitionkey").c_str() : "",
              numbered ? text_of(event, "eventclass").c_str() : "", n.c_str(), static_cast<int>(post.id.size()),
              post.id.data());
  std::fflush(stdout);
}

std::uint64_t Receiver::faults() const {
  constexpr auto first = static_cast<std::size_t>(Verdict::missing_header);
  return std::accumulate(tally_.begin() + first, tally_.end(), std::uint64_t{0});
}

bool Receiver::all_right() const { return faults() == 0 && book_.is_complete(); }

std::string Receiver::summary() const {
  const auto total = std::accumulate(tally_.begin(), tally_.end(), std::uint64_t{0});
  std::string text = "received " + std::to_string(total);
  if (from_log_ > 0) text += " (" + std::to_string(from_log_) + " before this run)";
  text += ':';
  for (std::size_t i = 0; i < verdict_count; ++i) {
    if (tally_[i] == 0) continue;
    text += ' ' + std::to_string(tally_[i]) + ' ' + std::string(to_string(static_cast<Verdict>(i))) + ',';
  }
  text.back() = '\n';
  for (const auto& [name, stream] : book_.streams()) {
    text += "stream " + name + ": n 1 to " + std::to_string(stream.complete_to());
    if (stream.above_hole() > 0) text += ", then a hole, " + std::to_string(stream.above_hole()) + " above it";
    text += '\n';
  }
  return text + (all_right() ? "all right\n" : "NOT all right\n");
}

}  // namespace chargehook::simulators
