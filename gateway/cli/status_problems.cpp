#include "cli/status_problems.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "cli/words.hpp"
#include "delivery/stream.hpp"
#include "journal/format/lmdb_page.hpp"
#include "journal/pressure.hpp"

namespace chargehook::cli {

std::string percent_full(const journal::Usage& usage) {
  return std::to_string(static_cast<int>(journal::fill(usage) * 100)) + " % full";
}

namespace {

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

/// What waits because of refusals, although the endpoint works.
/// @return whether anything does
bool add_pending(const delivery::EndpointStatus& endpoint, std::vector<Problem>& out) {
  const std::uint64_t pending = std::accumulate(endpoint.pending.begin(), endpoint.pending.end(), std::uint64_t{0});
  if (pending == 0) return false;
  std::string text = grouped(pending) + (pending == 1 ? " event waits" : " events wait") +
                     ": refused for its content, or behind one of its device that is.";
  if (!endpoint.last_refusal.empty()) text += " The last: " + endpoint.last_refusal + ".";
  if (endpoint.next_pending) {
    const auto wait = std::chrono::ceil<std::chrono::seconds>(endpoint.next_pending->time_since_epoch());
    text += " Next try in " + long_time(wait) + ".";
  }
  out.push_back({"endpoint " + endpoint.name, std::move(text),
                 "Nothing is lost, all others go on. The receiver's own log says why."});
  return true;
}

void add_endpoints(const core::StatusReport& report, std::vector<Problem>& out) {
  for (const auto& endpoint : report.endpoints) {
    const bool is_said = add_pending(endpoint, out);
    if (endpoint.failures_in_a_row == 0 && (is_said || endpoint.last_failure.empty())) continue;
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

/// Said apart from the fill: it is not that too much waits.
void add_outside_reader(const journal::Usage& usage, std::vector<Problem>& out) {
  if (!journal::is_held(usage)) return;
  const auto pid = std::to_string(usage.outside_reader.pid);
  out.push_back({"journal",
                 "Process " + pid + " reads its file itself, since " + grouped(usage.outside_reader.commits_behind) +
                     " commits: " + grouped(usage.pages_held * journal::lmdb_page_bytes >> 20) +
                     " MiB that became free cannot be used again before it ends.",
                 "What it is: ps -p " + pid + "\nWithout this: chargehook journal stats, journal verify"});
}

void add_journal(const core::StatusReport& report, std::vector<Problem>& out) {
  if (report.journal != "ok") {
    out.push_back({"journal", report.journal, "Events wait in memory. What the disk says:\njournalctl -u chargehook"});
  }
  for (const auto& note : report.store_notes)
    out.push_back({"journal", note + ".", "All of it: chargehook journal verify"});
  add_findings(report.store_check.findings, out);
  add_outside_reader(report.usage, out);
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

/// Files are the one copy of what is in them: said for as long as they lie there.
void add_held_billing(const core::HeldBillingStatus& held, std::vector<Problem>& out) {
  if (!held.problem.empty()) {
    out.push_back({"billing",
                   "What nobody fetched for too long cannot be carried out: " + held.problem +
                       ". It stays in the journal and is tried again every 10 min.",
                   "Make room there, or make it writable: df -h"});
  }
  if (held.folder.files == 0) return;
  std::string text = grouped(held.folder.files) + (held.folder.files == 1 ? " file" : " files") +
                     " with events that nobody fetched for too long in " + held.folder.path + ".";
  out.push_back({"billing", std::move(text),
                 "When the receiver takes them again:\nchargehook journal import FILE, then move FILE away"});
}

std::string bytes_text(double bytes) {
  const bool many = bytes >= 1e6;
  return grouped(static_cast<std::uint64_t>(bytes / (many ? 1e6 : 1e3))) + (many ? " MB" : " kB");
}

void add_flash(const core::FlashStatus& flash, std::vector<Problem>& out) {
  constexpr double years_of_warning = 3;
  if (!flash.years_of_life || !flash.bytes_per_hour || *flash.years_of_life >= years_of_warning) return;
  const auto months = static_cast<std::uint64_t>(*flash.years_of_life * 12);
  out.push_back({"flash memory",
                 "A new one of its size would last about " + grouped(months) +
                     " months at the rate of the last hour, " + bytes_text(*flash.bytes_per_hour) + " an hour.",
                 "Who writes so much: iotop -ao. If it is the gateway: telemetry less often"});
}

void add_configuration(const api::StatusAnswer& answer, std::vector<Problem>& out) {
  if (!answer.report.running_on_last_good) return;
  out.push_back({"configuration", "The files had errors at the start: a copy of the last good ones runs.",
                 "chargehook check, then chargehook apply"});
}

}  // namespace

std::vector<Problem> problems_of(const api::StatusAnswer& answer) {
  const auto& report = answer.report;
  std::vector<Problem> problems;
  add_configuration(answer, problems);
  add_clock(report, problems);
  add_endpoints(report, problems);
  add_adapters(report, problems);
  add_journal(report, problems);
  add_held_billing(report.held_billing, problems);
  add_flash(report.flash, problems);
  return problems;
}

}  // namespace chargehook::cli
