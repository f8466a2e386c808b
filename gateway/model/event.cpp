#include "model/event.hpp"

#include <array>

namespace chargehook::model {

namespace {

constexpr std::array<std::string_view, event_class_count> class_names{"billing", "safety", "state", "telemetry"};
constexpr std::array<std::string_view, 5> severity_names{"info", "low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 3> basis_names{"observed", "confirmed", "inferred"};

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(EventClass event_class) { return class_names[static_cast<std::size_t>(event_class)]; }
std::string_view to_string(Severity severity) { return severity_names[static_cast<std::size_t>(severity)]; }
std::string_view to_string(Basis basis) { return basis_names[static_cast<std::size_t>(basis)]; }

std::optional<EventClass> parse_event_class(std::string_view text) { return find_name<EventClass>(class_names, text); }
std::optional<Severity> parse_severity(std::string_view text) { return find_name<Severity>(severity_names, text); }

std::string_view device_of(std::string_view subject) {
  const auto first = subject.find('/');
  if (first == std::string_view::npos) return subject;
  return subject.substr(0, subject.find('/', first + 1));
}

}  // namespace chargehook::model
