#include "terminal/story.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

namespace chargehook::simulators {
namespace {

using nlohmann::json;

json line_of(const char* what, const MadeEvent& event) {
  return {{"what", what},     {"at", utc_now()},        {"natural", event.natural},
          {"key", event.key}, {"k_index", event.index}, {"type", event.type}};
}

double part_ms(std::vector<std::uint32_t> values, double part) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)] / 1000.0;
}

}  // namespace

Story::Story(Cast cast, std::uint64_t count, const std::string& log)
    : cast_(std::move(cast)), left_(count), endless_(count == 0) {
  if (!log.empty()) log_.open(log);
}

std::optional<MadeEvent> Story::next(std::uint64_t device) {
  if (!endless_ && left_ == 0) return std::nullopt;
  if (!endless_) --left_;
  if (index_of_device_.size() <= device) index_of_device_.resize(device + 1);
  return make_event(cast_, device, ++index_of_device_[device], utc_now());
}

void Story::told(const MadeEvent& event, const Told& answer, std::chrono::microseconds took) {
  json line = line_of("told", event);
  line["id"] = answer.id;
  line["sequence"] = answer.sequence;
  log_.write(line.dump());
  ++told_;
  latencies_us_.push_back(static_cast<std::uint32_t>(took.count()));
}

void Story::refused(const MadeEvent& event, unsigned status, const std::string& answer) {
  json line = line_of("refused", event);
  line["status"] = status;
  line["answer"] = answer;
  const std::string text = line.dump(-1, ' ', false, json::error_handler_t::replace);
  log_.write(text);
  if (++refused_ == 1) std::fprintf(stderr, "%s\n", text.c_str());
}

std::string Story::summary(std::chrono::duration<double> took) const {
  char text[256];
  std::snprintf(
      text, sizeof text,
      "told %llu, refused %llu, tried again %llu; %.2f s, %.0f events/s; answer after %.2f ms (p50), %.2f ms (p99)\n",
      static_cast<unsigned long long>(told_), static_cast<unsigned long long>(refused_),
      static_cast<unsigned long long>(tried_again_), took.count(),
      static_cast<double>(told_) / std::max(took.count(), 1e-9), part_ms(latencies_us_, 0.5),
      part_ms(latencies_us_, 0.99));
  return text;
}

}  // namespace chargehook::simulators
