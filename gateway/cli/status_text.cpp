#include "cli/status_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/problem_table.hpp"
#include "cli/status_problems.hpp"
#include "cli/words.hpp"
#include "config/characters.hpp"

namespace chargehook::cli {
namespace {

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
  const auto carried_out = report.held_billing.events;
  if (carried_out > 0) parts.push_back("carried out billing " + grouped(carried_out));
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
  const std::vector<Problem> problems = problems_of(answer);
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
