#include "cli/journal_text.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "cli/words.hpp"
#include "journal/pressure.hpp"
#include "model/event_id.hpp"

namespace chargehook::cli {
namespace {

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return grouped(count) + " " + std::string{count == 1 ? one : many};
}

std::string age(model::WallTime of, model::WallTime now) {
  return long_time(std::chrono::floor<std::chrono::seconds>(now - of));
}

using Line = std::vector<std::string>;

/// Columns as wide as they need; the first is text, the others are numbers and stand to the right.
std::string table(const std::vector<Line>& lines) {
  std::vector<std::size_t> widths(lines.front().size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string out;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string blanks(widths[i] - line[i].size(), ' ');
      out += i == 0 ? "  " + line[i] + blanks : "  " + blanks + line[i];
    }
    out += '\n';
  }
  return out;
}

std::string class_name(std::size_t index) { return std::string{to_string(static_cast<model::EventClass>(index))}; }

std::string classes_text(const journal::StoreStats& stats, model::WallTime now) {
  std::vector<Line> lines{{"class", "events", "MiB", "oldest", "newest"}};
  for (std::size_t i = 0; i < stats.classes.size(); ++i) {
    const auto& of = stats.classes[i];
    const auto tenths = of.bytes * 10 >> 20;
    lines.push_back({class_name(i), grouped(of.records), grouped(tenths / 10) + "." + std::to_string(tenths % 10),
                     of.oldest ? age(of.oldest->recorded, now) : "-", of.newest ? age(of.newest->recorded, now) : "-"});
  }
  return table(lines);
}

std::string streams_text(const journal::StoreStats& stats, model::WallTime now) {
  std::vector<Line> lines{{"stream", "counted", "waiting at most", "oldest", "refused or behind"}};
  for (const auto& stream : stats.streams) {
    if (stream.closed) continue;
    lines.push_back({stream.endpoint + " " + std::string{to_string(stream.id.event_class)} + " " +
                         std::to_string(stream.id.generation),
                     grouped(stream.n), grouped(stream.behind),
                     stream.oldest_behind ? age(stream.oldest_behind->recorded, now) : "-", grouped(stream.pending)});
  }
  return lines.size() == 1 ? "  no streams\n" : table(lines);
}

}  // namespace

std::string verify_text(const core::StoreCheckReport& report) {
  std::string out;
  for (const auto& finding : report.findings.kept()) out += text_of(finding) + '\n';
  const std::uint64_t more = report.findings.count() - report.findings.kept().size();
  if (more > 0) out += "and " + grouped(more) + " more\n";
  out +=
      counted(report.records_seen, "event", "events") + " and " + counted(report.rows_seen, "other row", "other rows");
  if (report.findings.count() == 0) return out + ": all is well\n";
  out += ": " + counted(report.findings.count(), "finding", "findings") + "\n";
  return out + "help: what to do is in damaged-journal.md, in docs/ or /usr/share/doc/chargehook/\n";
}

std::string progress_text(const core::StoreCheckReport& report) {
  std::string out = "walking through the journal: ";
  if (report.records_total > 0) {
    out += std::to_string(std::min<std::uint64_t>(report.records_seen * 100 / report.records_total, 100)) + " %, ";
  }
  out += grouped(report.records_seen);
  out += (report.records_total > 0 ? " of " + grouped(report.records_total) : "") + " events";
  return report.reason.empty() ? out : out + ", waiting: " + report.reason;
}

std::string export_progress_text(std::uint64_t events, std::uint64_t total) {
  std::string out = "exporting: ";
  if (total > 0) out += std::to_string(std::min<std::uint64_t>(events * 100 / total, 100)) + " %, ";
  return out + grouped(events) + (total > 0 ? " of " + grouped(total) : "") + " events";
}

std::string exported_text(std::uint64_t events, std::uint64_t damaged, const std::vector<model::Sequence>& first) {
  std::string out = counted(events, "event", "events") + " exported";
  if (damaged == 0) return out;
  out += "; " + counted(damaged, "record does", "records do") + " not read well and " + (damaged == 1 ? "is" : "are") +
         " left out: sequence ";
  for (std::size_t i = 0; i < first.size(); ++i) out += (i == 0 ? "" : ", ") + std::to_string(first[i]);
  return out + (first.size() < damaged ? ", …" : "");
}

std::string import_progress_text(std::uint64_t bytes, std::uint64_t bytes_total, std::uint64_t taken,
                                 std::uint64_t already_there) {
  std::string out = "importing: ";
  if (bytes_total > 0) out += std::to_string(std::min<std::uint64_t>(bytes * 100 / bytes_total, 100)) + " %, ";
  return out + counted(taken, "event", "events") + " taken, " + grouped(already_there) + " already there";
}

std::string imported_text(std::uint64_t taken, std::uint64_t already_there, std::uint64_t refused) {
  std::string out = counted(taken, "event", "events") + " taken, " + grouped(already_there) + " already there";
  return refused == 0 ? out : out + ", " + counted(refused, "line", "lines") + " refused";
}

std::string stats_text(const journal::StoreStats& stats, model::WallTime now) {
  const auto percent = static_cast<int>(journal::fill(stats.usage) * 100);
  std::string out = "store " + model::hex(stats.store_id) + ", format " + std::to_string(stats.format) + ", made " +
                    age(stats.created, now) + " ago, opened " + counted(stats.boots, "time", "times") + "\n";
  out += std::to_string(percent) + " % full: " + grouped(stats.usage.pages_used) + " of " +
         grouped(stats.usage.pages_total) + " pages of 4 KiB\n";
  return out + classes_text(stats, now) + streams_text(stats, now);
}

}  // namespace chargehook::cli
