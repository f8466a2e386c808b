#include "store_opening.hpp"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "crash_mark.hpp"
#include "journal/format/sealed_value.hpp"
#include "journal/io/child_process.hpp"
#include "journal/io/store_creation.hpp"
#include "journal/io/store_folder.hpp"
#include "journal/verify/examination.hpp"
#include "runtime/log.hpp"
#include "runtime/service.hpp"

namespace chargehook {

using namespace std::chrono_literals;
using core::LogLevel;
using journal::ChildEnd;
using journal::Examination;
using journal::Verdict;
using journal::io::LmdbJournal;
using journal::io::OpenOptions;
using runtime::log;

namespace {

constexpr auto start_extension = 90s;  // beyond the patience with a silent child
constexpr std::string_view damaged_prefix = "data.mdb.damaged-";

/// Runs ourselves on the store and gathers what it tells.
ChildEnd look(std::vector<std::string> words, const std::string& doing, Examination& examination) {
  return journal::io::run_child({.words = std::move(words)}, [&](std::string_view line) {
    journal::read_line(line, examination);
    runtime::notify_starting(start_extension, doing + ": " + std::to_string(examination.records_seen) + " records");
  });
}

Verdict examine(const std::string& folder) {
  const auto mark = read_mark(folder);
  std::vector<std::string> words{"examine-store", "--locked", folder};
  if (mark) {
    log(LogLevel::warning, "looking at all of the journal, because of the last run: " + *mark);
    words.emplace_back("--whole");
  }
  Examination examination;
  const ChildEnd end = look(std::move(words), "looking at the journal", examination);
  if (end.kind == ChildEnd::Kind::not_started) {
    log(LogLevel::warning, "the journal is opened without a look at it: no process can be started, " +
                               std::generic_category().message(end.number));
  }
  if (examination.is_whole && !mark) log(LogLevel::warning, "runs keep failing: all of the journal was looked at");
  return journal::judge(examination, end);
}

/// A file name in UTC: "data.mdb.damaged-20261128T143223Z".
std::string aside_name(model::WallTime now) {
  std::string text = model::to_rfc3339(now).substr(0, 19) + "Z";
  std::erase_if(text, [](char byte) { return byte == '-' || byte == ':'; });
  return std::string{damaged_prefix} + text;
}

/// One damaged file is kept: more of them would fill the disk.
void remove_older(const std::string& folder, const std::string& kept) {
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(damaged_prefix) && name != kept) std::filesystem::remove(entry.path(), code);
  }
}

/// Under a second name, so that there is a store, old or new, whenever the power goes.
model::Result<std::string> put_aside(const OpenOptions& options) {
  const std::string name = aside_name(options.now.wall);
  const std::string file = options.folder + "/data.mdb";
  const std::string aside = options.folder + "/" + name;
  ::unlink(aside.c_str());
  if (::link(file.c_str(), aside.c_str()) != 0) {
    return model::Error{"io", "putting " + file + " aside: " + std::generic_category().message(errno)};
  }
  BOOST_OUTCOME_TRY(journal::io::sync_folder(options.folder));
  remove_older(options.folder, name);
  return name;
}

std::string lost_in_words(const Examination& salvaged) {
  std::string lost;
  for (const auto& finding : salvaged.findings.kept()) lost += (lost.empty() ? "" : ", ") + text_of(finding);
  return lost.empty() ? "nothing that can be counted is lost" : lost;
}

/// What became of a damaged store, in words.
model::Result<std::string> replace_store(const OpenOptions& options, const std::string& why) {
  log(LogLevel::error, "the journal is damaged: " + why);
  Examination salvaged;
  const ChildEnd end = look({"salvage-store", options.folder, "--size", std::to_string(options.size_bytes), "--machine",
                             std::to_string(options.machine)},
                            "reading a damaged journal", salvaged);
  const bool is_foreign = salvaged.refusal_code == "not_a_store" || salvaged.refusal_code == "format";
  if (is_foreign || salvaged.refusal_code == "io") return model::Error{salvaged.refusal_code, salvaged.refusal};
  if (journal::is_ended_by_others(end)) return model::Error{"refused", journal::judge(salvaged, end).why};
  const bool is_made = end.kind == ChildEnd::Kind::exited && salvaged.is_complete;
  BOOST_OUTCOME_TRY(const auto aside, put_aside(options));
  if (is_made) {
    BOOST_OUTCOME_TRY(journal::io::put_in_place(options.folder));
  } else {
    journal::note_end(end, salvaged);
    BOOST_OUTCOME_TRY(journal::io::remove_file(options.folder + "/data.mdb"));
  }
  return "the journal was damaged (" + why + "); it is kept as " + aside + ", another goes on with " +
         std::to_string(salvaged.records_seen) + " events of it, " + lost_in_words(salvaged);
}

model::Result<LmdbJournal::Opened> open_replaced(const OpenOptions& options, journal::io::Descriptor lock,
                                                 const std::string& why) {
  BOOST_OUTCOME_TRY(auto words, replace_store(options, why));
  log(LogLevel::warning, words);
  BOOST_OUTCOME_TRY(auto opened, LmdbJournal::open(options, std::move(lock)));
  opened.state.is_salvaged = true;
  opened.state.change = journal::StoreChange{journal::OriginReason::damage, words};
  opened.state.notes.push_back(std::move(words));
  return opened;
}

}  // namespace

std::uint64_t read_machine() {
  std::string id;
  std::ifstream{"/etc/machine-id"} >> id;
  return id.empty() ? 0 : journal::value_check("machine", "id", id);
}

model::Result<LmdbJournal::Opened> open_store(const OpenOptions& options) {
  BOOST_OUTCOME_TRY(auto lock, journal::io::lock_folder(options.folder));
  const std::string file = options.folder + "/data.mdb";
  Verdict verdict;
  if (std::filesystem::exists(file)) {
    // Left by a run that may have died, or failed, before the file or its name in the folder was safe.
    BOOST_OUTCOME_TRY(journal::io::settle_file(file));
    BOOST_OUTCOME_TRY(journal::io::sync_folder(options.folder));
    verdict = examine(options.folder);
  }
  if (verdict.kind == Verdict::Kind::refuse) return model::Error{"refused", verdict.why};
  auto opened = verdict.kind == Verdict::Kind::replace ? open_replaced(options, std::move(lock), verdict.why)
                                                       : LmdbJournal::open(options, std::move(lock));
  if (!opened && opened.error().code == "damaged" && verdict.kind == Verdict::Kind::sound) {
    BOOST_OUTCOME_TRY(auto again, journal::io::lock_folder(options.folder));
    opened = open_replaced(options, std::move(again), opened.error().message);
  }
  if (!opened) return opened;
  if (verdict.kind == Verdict::Kind::sound && !verdict.why.empty()) {
    log(LogLevel::error, "the journal has a bad part: " + verdict.why);
    opened.value().state.notes.push_back(verdict.why);
  }
  remove_mark(options.folder);
  leave_mark_on_crash(options.folder);
  return opened;
}

}  // namespace chargehook
