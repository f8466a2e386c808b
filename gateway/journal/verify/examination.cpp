#include "journal/verify/examination.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <tuple>
#include <utility>

namespace chargehook::journal {
namespace {

/// One line of text: what would end the line, or a field, becomes a blank.
std::string flat(std::string_view text) {
  std::string out{text};
  std::ranges::replace_if(
      out, [](char byte) { return byte == '\n' || byte == '\t'; }, ' ');
  return out;
}

std::uint64_t take_number(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return number;
}

std::pair<std::string, std::string> split(std::string_view text) {
  const auto tab = std::min(text.find('\t'), text.size());
  return {std::string{text.substr(0, tab)}, std::string{text.substr(std::min(tab + 1, text.size()))}};
}

std::string name_of_signal(int number) {
  switch (number) {
    case SIGBUS:
      return "SIGBUS";
    case SIGSEGV:
      return "SIGSEGV";
    case SIGABRT:
      return "SIGABRT";
    default:
      return "signal " + std::to_string(number);
  }
}

std::string replaced_because(const Findings& findings) {
  for (const auto& finding : findings.kept()) {
    if (finding.harm == Harm::structure || finding.harm == Harm::row) return text_of(finding);
  }
  return std::to_string(findings.count()) + " findings";
}

}  // namespace

std::string whole_line() { return "W\n"; }

std::string progress_line(std::uint64_t records_seen, std::uint64_t records_total, std::uint64_t rows_seen) {
  return "P " + std::to_string(records_seen) + ' ' + std::to_string(records_total) + ' ' + std::to_string(rows_seen) +
         '\n';
}

std::string finding_line(const Finding& finding) {
  return "F " + std::to_string(static_cast<int>(finding.harm)) + ' ' + flat(finding.where) + '\t' + flat(finding.what) +
         '\n';
}

std::string refusal_line(std::string_view code, std::string_view words) {
  return "R " + flat(code) + '\t' + flat(words) + '\n';
}

std::string end_line() { return "E\n"; }

void read_line(std::string_view line, Examination& examination) {
  if (line.empty()) return;
  const char kind = line.front();
  line.remove_prefix(std::min<std::size_t>(line.size(), 2));
  if (kind == 'W') examination.is_whole = true;
  if (kind == 'E') examination.is_complete = true;
  if (kind == 'P') {
    examination.records_seen = take_number(line);
    examination.records_total = take_number(line);
    examination.rows_seen = take_number(line);
  }
  if (kind == 'F') {
    const auto harm = std::min<std::uint64_t>(take_number(line), static_cast<std::uint64_t>(Harm::structure));
    auto [where, what] = split(line.substr(std::min<std::size_t>(line.size(), 1)));
    examination.findings.add({static_cast<Harm>(harm), std::move(where), std::move(what)});
  }
  if (kind == 'R') std::tie(examination.refusal_code, examination.refusal) = split(line);
}

bool is_ended_by_others(const ChildEnd& end) {
  constexpr std::array of_its_own{SIGBUS, SIGSEGV, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
  return end.kind == ChildEnd::Kind::signalled && std::ranges::find(of_its_own, end.number) == of_its_own.end();
}

void note_end(const ChildEnd& end, Examination& examination) {
  const auto add = [&](std::string what) { examination.findings.add({Harm::structure, {}, std::move(what)}); };
  switch (end.kind) {
    case ChildEnd::Kind::signalled:
      if (is_ended_by_others(end)) return add("looking at the store was ended by " + name_of_signal(end.number));
      return add("looking at the store died of " + name_of_signal(end.number) +
                 ": a page is damaged or cannot be read");
    case ChildEnd::Kind::silent:
      return add("looking at the store came to no end: its pages lead in a circle, or the disk does not answer");
    case ChildEnd::Kind::not_started:
      return;
    case ChildEnd::Kind::exited:
      if (!examination.is_complete && examination.refusal_code.empty()) add("looking at the store ended half-way");
  }
}

Verdict judge(const Examination& examination, const ChildEnd& end) {
  if (end.kind == ChildEnd::Kind::not_started) return {};  // nobody has looked: opening it says what is to be said
  if (is_ended_by_others(end)) {
    return {Verdict::Kind::refuse,
            "looking at it was ended by " + name_of_signal(end.number) + ", by somebody or for want of memory"};
  }
  Examination all = examination;
  note_end(end, all);
  if (all.refusal_code == "format" || all.refusal_code == "io") return {Verdict::Kind::refuse, all.refusal};
  if (!all.refusal_code.empty()) return {Verdict::Kind::replace, all.refusal};
  const bool is_usable = all.findings.count(Harm::structure) == 0 && all.findings.count(Harm::row) == 0;
  if (!is_usable) return {Verdict::Kind::replace, replaced_because(all.findings)};
  return {Verdict::Kind::sound, all.findings.count() == 0 ? std::string{} : text_of(all.findings.kept().front())};
}

}  // namespace chargehook::journal
