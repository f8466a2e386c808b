#include "delivery/render.hpp"

#include <array>
#include <charconv>
#include <string_view>

#include "delivery/chain.hpp"
#include "model/event_id.hpp"
#include "model/json_text.hpp"

namespace chargehook::delivery {
namespace {

constexpr std::string_view content_type = "application/cloudevents+json; charset=UTF-8";
constexpr std::size_t sequence_digits = 20;  // of the largest 64-bit number: text order is number order

std::string_view decimal(std::array<char, 24>& buffer, auto number) {
  const char* end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

/// A member whose value comes from outside and may need escapes. `lead` is what stands before the value.
void append_text(std::string& out, std::string_view lead, std::string_view value) {
  out += lead;
  model::append_json_string(out, value);
}

/// A member whose value is made of plain characters by its very type.
void append_plain(std::string& out, std::string_view lead, std::string_view value) {
  out += lead;
  out += '"';
  out += value;
  out += '"';
}

void append_time(std::string& out, std::string_view lead, model::WallTime time) {
  out += lead;
  out += '"';
  model::append_rfc3339(out, time);
  out += '"';
}

void append_sequence(std::string& out, model::Sequence sequence) {
  std::array<char, 24> buffer{};
  const auto digits = decimal(buffer, sequence);
  out += ",\"sequence\":\"";
  out.append(sequence_digits - digits.size(), '0');
  out += digits;
  out += '"';
}

/// Who and what: the attributes that CloudEvents itself defines.
void append_core(std::string& out, const Sender& sender, const Delivery& delivery) {
  const model::Event& event = delivery.event;
  append_text(out, "{\"specversion\":\"1.0\",\"id\":", event.id);
  append_text(out, ",\"source\":", sender.source);
  out += ",\"type\":";
  const std::size_t quote = out.size();
  model::append_json_string(out, event.type);
  out.insert(quote + 1, model::type_prefix);
  append_text(out, ",\"subject\":", event.subject);
  append_time(out, ",\"time\":", delivery.times.time);
}

/// Our extensions.
void append_extensions(std::string& out, const Sender& sender, const Delivery& delivery) {
  const model::Event& event = delivery.event;
  append_time(out, ",\"recordedtime\":", delivery.times.recorded);
  append_sequence(out, delivery.sequence);
  append_text(out, ",\"partitionkey\":", event.partition_key);
  append_plain(out, ",\"eventclass\":", model::to_string(event.event_class));
  append_plain(out, ",\"severity\":", model::to_string(event.severity));
  append_plain(out, ",\"basis\":", model::to_string(event.basis));
  append_plain(out, ",\"timequality\":", model::to_string(delivery.times.quality));
  append_text(out, ",\"environment\":", sender.environment);
  if (const auto revised = model::time_corrected_id(event.id); !revised.empty()) append_text(out, ",\"revises\":", revised);
}

/// The place in the stream.
void append_place(std::string& out, const Delivery& delivery) {
  std::array<char, 24> buffer{};
  append_text(out, ",\"stream\":", delivery.stream);
  append_plain(out, ",\"n\":", decimal(buffer, delivery.n));
  append_plain(out, ",\"hash\":", chain_text(delivery.hash));
  append_plain(out, ",\"prevhash\":", chain_text(delivery.previous_hash));
}

}  // namespace

std::string render_cloud_event(const Sender& sender, const Delivery& delivery) {
  const model::Event& event = delivery.event;
  std::string out;
  out.reserve(640 + event.id.size() + event.type.size() + event.subject.size() + event.partition_key.size() +
              sender.source.size() + delivery.stream.size() + event.data.size());
  append_core(out, sender, delivery);
  append_extensions(out, sender, delivery);
  append_place(out, delivery);
  out += ",\"datacontenttype\":\"application/json\",\"data\":";
  out += event.data;
  out += '}';
  return out;
}

HttpRequest render(const EndpointConfig& endpoint, const Sender& sender, const Delivery& delivery, model::WallTime now,
                   Signer* signer) {
  HttpRequest request;
  request.url = endpoint.url;
  request.content_type = content_type;
  request.body = render_cloud_event(sender, delivery);
  const std::int64_t timestamp_s = model::unix_seconds(now);
  std::array<char, 24> buffer{};
  request.headers.reserve(4);
  request.headers.emplace_back("user-agent", sender.user_agent);
  request.headers.emplace_back("webhook-id", delivery.event.id);
  request.headers.emplace_back("webhook-timestamp", decimal(buffer, timestamp_s));
  if (signer != nullptr) {
    request.headers.emplace_back("webhook-signature", signer->sign(delivery.event.id, timestamp_s, request.body));
  }
  return request;
}

}  // namespace chargehook::delivery
