#include "cli/status_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/words.hpp"
#include "config/characters.hpp"
#include "delivery/stream.hpp"
#include "journal/pressure.hpp"

namespace chargehook::cli {
namespace {

constexpr std::size_t columns = 80;
constexpr std::size_t left_least = 19;  // columns of the left half of PROBLEMS, with the blanks around it
constexpr std::size_t left_most = 30;   // a name that is longer has a line of its own

/// `text` in words of one line each; what is wider than the room has a line of its own.
std::vector<std::string> wrapped(std::string_view text, std::size_t room, std::string_view between) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find(between), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + between.size(), text.size()));
    const auto width = [](std::string_view of) { return config::character_count(of); };
    if (lines.empty() || width(lines.back()) + between.size() + width(word) > room) {
      lines.emplace_back(word);
    } else {
      lines.back().append(between).append(word);
    }
  }
  return lines;
}

/// Parts with three blanks between; a part that does not fit begins a new line.
std::string line_of(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  std::size_t used = 0;
  for (const auto& part : parts) {
    const auto width = config::character_count(part);
    if (used > 0 && used + between.size() + width > columns) {
      out += "\n  ";
      used = 2;
    } else if (used > 0) {
      out += between;
      used += between.size();
    }
    out += part;
    used += width;
  }
  return out + '\n';
}

struct Problem {
  std::string what;  ///< "endpoint billing"
  std::string text;  ///< what is wrong with it
  std::string next;  ///< what to do, on lines of its own
};

std::size_t left_width(const Problem& problem) { return config::character_count(problem.what) + 3; }

std::size_t left_columns(const std::vector<Problem>& problems) {
  std::size_t columns_needed = left_least;
  for (const auto& problem : problems) {
    if (left_width(problem) <= left_most) columns_needed = std::max(columns_needed, left_width(problem));
  }
  return columns_needed;
}

std::string text_of(const Problem& problem, std::size_t left) {
  std::string out = "  " + problem.what;
  bool beside = left_width(problem) <= left;
  if (beside) out.append(left - left_width(problem) + 1, ' ');
  std::vector<std::string> lines = wrapped(problem.text, columns - left, " ");
  for (const auto& step : wrapped(problem.next, 0, "\n")) {
    for (auto& line : wrapped(step, columns - left, " ")) lines.push_back(std::move(line));
  }
  for (const auto& line : lines) {
    if (!std::exchange(beside, false)) out.append("\n").append(left, ' ');
    out += line;
  }
  return out + '\n';
}

std::string next_step(std::string_view failure) {
  if (failure.starts_with("401") || failure.starts_with("403")) {
    return "Check its secret in secrets/, then: chargehook apply";
  }
  if (failure.starts_with("404") || failure.starts_with("410")) {
    return "Check its url in endpoints.d/, then: chargehook apply";
  }
  if (failure.starts_with("5") || failure.starts_with("429")) {
    return "Nothing is lost. The receiver's own log says why.";
  }
  return "Nothing is lost. Check the network, and url in endpoints.d/";
}

/// Only what makes something wait: an unknown time alone is in the first line.
void add_clock(const core::StatusReport& report, std::vector<Problem>& out) {
  const auto waiting = std::ranges::count_if(report.endpoints, &delivery::EndpointStatus::waits_for_clock);
  if (waiting == 0) return;
  out.push_back({"clock",
                 "shows " + model::to_rfc3339(report.clock.machine) + ", which cannot be right. " +
                     std::to_string(waiting) + (waiting == 1 ? " endpoint waits" : " endpoints wait") +
                     ": their signatures would name a wrong time. Nothing is lost.",
                 "Check the network's time server, or:\nchargehook clock set \"2026-11-24 14:02\""});
}

void add_endpoints(const core::StatusReport& report, std::vector<Problem>& out) {
  for (const auto& endpoint : report.endpoints) {
    if (endpoint.last_failure.empty() && endpoint.failures_in_a_row == 0) continue;
    Problem problem{"endpoint " + endpoint.name, {}, {}};
    if (endpoint.failures_in_a_row == 0) {
      problem.text = "refused an event for its content: " + endpoint.last_failure + ". It is tried again.";
      problem.next = "The receiver's own log says why.";
    } else {
      const auto failures = grouped(static_cast<std::uint64_t>(endpoint.failures_in_a_row));
      problem.text = "fails: " + endpoint.last_failure + " (" + failures + " in a row).";
      if (endpoint.next_attempt) {
        const auto wait = std::chrono::ceil<std::chrono::seconds>(endpoint.next_attempt->time_since_epoch());
        problem.text += " Next try in " + long_time(wait) + ".";
      }
      problem.next = next_step(endpoint.last_failure);
    }
    out.push_back(std::move(problem));
  }
}

void add_adapters(const core::StatusReport& report, std::vector<Problem>& out) {
  for (const auto& adapter : report.adapters) {
    if (adapter.problem.empty()) continue;
    out.push_back({adapter.kind + " " + adapter.name, adapter.problem + ".", adapter.next_step});
  }
}

std::string percent_full(const journal::Usage& usage) {
  return std::to_string(static_cast<int>(journal::fill(usage) * 100)) + " % full";
}

constexpr std::string_view make_room = "Make the endpoints above deliver, or raise storage: size in gateway.yaml";

/// Before anything goes: whoever has the hours left can use them.
void add_outlook(const core::StatusReport& report, std::vector<Problem>& out) {
  constexpr double hours_of_warning = 24;
  std::string soon;
  for (std::size_t i = 0; i < report.classes.size(); ++i) {
    const auto& hours = report.classes[i].outlook.hours_until_eviction;
    if (!hours || *hours > hours_of_warning) continue;
    const auto event_class = static_cast<model::EventClass>(i);
    const bool goes = journal::eviction_level(event_class).has_value();
    soon.append(soon.empty() ? "" : ", ").append(to_string(event_class));
    soon += (goes ? " goes in " : " is refused in ") + long_time(std::chrono::hours{static_cast<int>(*hours)});
  }
  if (soon.empty()) return;
  out.push_back(
      {"journal", percent_full(report.usage) + ". At the present rate: " + soon + ".", std::string{make_room}});
}

void add_findings(const journal::Findings& findings, std::vector<Problem>& out) {
  if (findings.count() == 0) return;
  std::string text = text_of(findings.kept().front()) + ".";
  if (findings.count() > 1) text += " And " + grouped(findings.count() - 1) + " more.";
  out.push_back({"journal", std::move(text), "All of it: chargehook journal verify"});
}

void add_journal(const core::StatusReport& report, std::vector<Problem>& out) {
  if (report.journal != "ok") {
    out.push_back({"journal", report.journal, "Events wait in memory. What the disk says:\njournalctl -u chargehook"});
  }
  for (const auto& note : report.store_notes)
    out.push_back({"journal", note + ".", "All of it: chargehook journal verify"});
  add_findings(report.store_check.findings, out);
  std::string refused;
  for (std::size_t i = report.classes.size(); i-- > 0;) {
    const auto event_class = static_cast<model::EventClass>(i);
    if (journal::admits(report.usage, 0, event_class)) continue;
    refused.append(refused.empty() ? "" : ", ").append(to_string(event_class));
  }
  const bool something_goes = report.pressure > journal::PressureLevel::delivered_goes;
  if (refused.empty() && !something_goes) return add_outlook(report, out);
  std::string text = percent_full(report.usage);
  if (something_goes) text.append(": ").append(journal::what_goes(report.pressure));
  if (!refused.empty()) text.append(something_goes ? "; refuses " : ", refuses ").append(refused).append(" events");
  out.push_back({"journal", text + ".", std::string{make_room}});
}

void add_configuration(const api::StatusAnswer& answer, std::vector<Problem>& out) {
  if (!answer.report.running_on_last_good) return;
  out.push_back({"configuration", "The files had errors at the start: a copy of the last good ones runs.",
                 "chargehook check, then chargehook apply"});
}

std::string edited_text(const FolderSight& folder, const LocalTime& local, std::size_t left) {
  std::string out;
  for (const auto& file : folder.edited) {
    out += "  EDITED, NOT APPLIED  ";
    out += file.path.empty() ? "a file is gone, or came with an old date" : file.path + " " + local(file.at).substr(11);
    out += '\n';
  }
  if (!out.empty()) out.append(left, ' ').append("chargehook check, then chargehook apply\n");
  return out;
}

std::string first_line(const core::StatusReport& report, const LocalTime& local) {
  std::string applied = "config of " + local(report.applied_at);
  if (report.applied_by != "start" && !report.applied_by.empty()) applied += " by " + report.applied_by;
  return line_of({report.gateway_id, "running " + long_time(report.uptime), applied,
                  "clock " + std::string(to_string(report.clock.quality))},
                 "  ");
}

std::string undelivered(const core::StatusReport& report) {
  std::array<std::uint64_t, model::event_class_count> sums{};
  std::uint64_t all = 0;
  bool more = false;
  for (const auto& endpoint : report.endpoints) {
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] += endpoint.undelivered_at_least[i];
      all += endpoint.undelivered_at_least[i];
    }
    more = more || endpoint.more_waits;
  }
  std::string classes;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i] == 0) continue;
    classes.append(classes.empty() ? " (" : ", ").append(to_string(static_cast<model::EventClass>(i)));
    classes += " " + grouped(sums[i]);
  }
  return std::string("undelivered ") + (more ? "at least " : "") + grouped(all) +
         (classes.empty() ? "" : classes + ")");
}

/// Those that stand for themselves and may stop running.
std::string adapters_part(const core::StatusReport& report) {
  std::size_t all = 0;
  std::size_t running = 0;
  for (const auto& adapter : report.adapters) {
    if (adapter.kind != "line" && adapter.kind != "broker") continue;
    ++all;
    running += adapter.problem.empty() ? 1U : 0U;
  }
  if (all == 0) return {};
  return "adapters " + (running == all ? grouped(all) + " run" : grouped(running) + " of " + grouped(all) + " run");
}

std::string counters_line(const core::StatusReport& report) {
  std::uint64_t refused = 0;
  for (const auto& counters : report.classes) refused += counters.refused;
  std::vector<std::string> parts{undelivered(report), "journal " + percent_full(report.usage),
                                 "alarms " + grouped(report.active_alarms), "chargers " + grouped(report.chargers)};
  if (auto adapters = adapters_part(report); !adapters.empty()) parts.push_back(std::move(adapters));
  if (refused > 0) parts.push_back("refused since start " + grouped(refused));
  return line_of(parts, "   ");
}

/// "  journal:  evicted telemetry 1,204": undelivered, and told to the endpoints that they were meant for.
std::string journal_losses(const core::StatusReport& report) {
  std::vector<std::string> parts{"  journal:"};
  for (std::size_t i = 0; i < report.classes.size(); ++i) {
    const std::string name{to_string(static_cast<model::EventClass>(i))};
    if (report.classes[i].evicted > 0) parts.push_back("evicted " + name + " " + grouped(report.classes[i].evicted));
    if (report.classes[i].expired > 0) parts.push_back("expired " + name + " " + grouped(report.classes[i].expired));
  }
  return parts.size() > 1 ? line_of(parts, "  ") : std::string{};
}

/// "  broker local:  dropped 12  durable timeouts 1", a line for each adapter that lost something.
std::string losses_text(const core::StatusReport& report) {
  std::string out;
  for (const auto& adapter : report.adapters) {
    std::vector<std::string> parts{"  " + adapter.kind + " " + adapter.name + ":"};
    for (const auto& loss : adapter.losses) {
      if (loss.value == 0) continue;
      std::string name = loss.name;
      std::ranges::replace(name, '_', ' ');
      parts.push_back(name + " " + grouped(loss.value));
    }
    if (parts.size() > 1) out += line_of(parts, "  ");
  }
  out += journal_losses(report);
  return out.empty() ? out : "LOST, REFUSED OR LATE since each started\n" + out;
}

}  // namespace

StatusText status_text(const api::StatusAnswer& answer, const FolderSight& folder, const LocalTime& local) {
  const auto& report = answer.report;
  std::vector<Problem> problems;
  add_configuration(answer, problems);
  add_clock(report, problems);
  add_endpoints(report, problems);
  add_adapters(report, problems);
  add_journal(report, problems);
  std::string list;
  const auto left = left_columns(problems);
  for (const auto& problem : problems) list += text_of(problem, left);
  list += edited_text(folder, local, left);

  StatusText out{first_line(report, local), !list.empty()};
  if (out.has_problems) out.text += "PROBLEMS\n" + list;
  out.text += counters_line(report);
  out.text += losses_text(report);
  if (!folder.readable)
    out.text += "whether files were edited is not known: " + answer.config_dir + " cannot be read\n";
  return out;
}

}  // namespace chargehook::cli
