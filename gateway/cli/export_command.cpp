#include "cli/export_command.hpp"

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/apply_json.hpp"
#include "api/store_json.hpp"
#include "cli/client.hpp"
#include "cli/export_file.hpp"
#include "cli/interruption.hpp"
#include "cli/journal_access.hpp"
#include "cli/journal_text.hpp"
#include "cli/progress.hpp"
#include "http/io/unix_client.hpp"
#include "journal/export_page.hpp"
#include "journal/io/child_process.hpp"
#include "journal/verify/examination.hpp"
#include "model/event_id.hpp"

namespace chargehook::cli {

using namespace std::chrono_literals;
using model::Error;
using model::Result;

namespace {

constexpr int incomplete = 1;
constexpr int bad_file = 2;
constexpr auto patience = 30s;
constexpr std::size_t named_max = 20;

/// One export, from where it begins to what is said of it.
class Export {
 public:
  Export(const ExportOptions& options, ExportFile file) : options_(options), file_(std::move(file)) {
    request_.after = options.after;
    if (!file_.last()) return;
    request_.after = file_.last()->sequence;
    request_.of_store = file_.last()->store_id;
  }

  int run() {
    auto read = read_stopped();
    if (!read && read.error().code == "locked") read = read_running();
    progress_.clear();
    const auto written = file_.finish();
    if (!written) return say(written.error(), bad_file);
    std::fprintf(stderr, "%s\n", exported_text(events_, damaged_, first_damaged_).c_str());
    if (!read) return explain(read.error());
    return damaged_ == 0 ? 0 : incomplete;
  }

 private:
  Result<void> read_stopped() {
    std::vector<std::string> words{"export-store", "--after", std::to_string(request_.after)};
    if (request_.of_store) words.insert(words.end(), {"--store", model::hex(*request_.of_store)});
    words.push_back(journal_folder(options_));
    journal::Examination told;
    std::optional<Error> failed;
    const auto end = journal::io::run_child(
        {.words = std::move(words), .is_enough = [&] { return is_interrupted() || failed.has_value(); }},
        [&](std::string_view line) {
          if (failed) return;
          const auto taken = take(line, told);
          if (!taken) failed = taken.error();
        });
    if (failed) return *failed;
    if (is_interrupted()) return Error{"interrupted", {}};
    if (auto why = why_not_looked_at(end, told)) return std::move(*why);
    if (told.findings.count() > 0) return Error{"damaged", text_of(told.findings.kept().front())};
    return model::success();
  }

  Result<void> read_running() {
    total_ = stored_events();
    journal::Examination unused;
    for (is_last_ = false; !is_last_;) {
      if (is_interrupted()) return Error{"interrupted", {}};
      BOOST_OUTCOME_TRY(auto page, ask_page());
      std::string_view left = page;
      while (!left.empty()) {
        const auto line = left.substr(0, left.find('\n'));
        BOOST_OUTCOME_TRY(take(line, unused));
        left.remove_prefix(std::min(line.size() + 1, left.size()));
      }
    }
    return model::success();
  }

  Result<std::string> ask_page() {
    std::string target = "/v1/journal/export?after=" + std::to_string(request_.after);
    if (request_.of_store) target += "&store=" + model::hex(*request_.of_store);
    auto response = http::io::call(api_socket(options_.runtime_dir), {{}, "GET", std::move(target), {}, {}}, patience);
    if (!response) return Error{"silent", response.error().message};
    if (response.value().status == 200) return std::move(response.value().body);
    return api::read_error(response.value().body);
  }

  /// About: for the progress alone.
  std::uint64_t stored_events() {
    const auto response =
        http::io::call(api_socket(options_.runtime_dir), {{}, "GET", "/v1/journal/stats", {}, {}}, patience);
    if (!response) return 0;
    const auto stats = api::read_store_stats(response.value().body);
    std::uint64_t events = 0;
    if (stats) {
      for (const auto& of : stats.value().classes) events += of.records;
    }
    return events;
  }

  Result<void> take(std::string_view line, journal::Examination& told) {
    if (!line.starts_with('{')) {
      journal::read_line(line, told);
      total_ = told.records_total;
      return model::success();
    }
    if (!journal::is_page_end(line)) {
      ++events_;
      return file_.append(line);
    }
    BOOST_OUTCOME_TRY(const auto end, journal::read_page_end(line));
    request_.after = end.after;
    request_.of_store.reset();  // it is the right one
    damaged_ += end.damaged.size();
    for (const auto sequence : end.damaged) {
      if (first_damaged_.size() < named_max) first_damaged_.push_back(sequence);
    }
    is_last_ = end.is_last;
    progress_.show(export_progress_text(events_, options_.after == 0 && !file_.last() ? total_ : 0));
    return model::success();
  }

  int explain(const Error& error) {
    if (error.code == "interrupted") {
      std::fprintf(stderr, "stopped before the end%s\n",
                   options_.output.empty() ? "" : ": the same command goes on from here");
      return interrupted;
    }
    if (error.code == "damaged") {
      std::fprintf(stderr,
                   "what lies behind cannot be read: %s\nhelp: what to do is in damaged-journal.md, in docs/ or "
                   "/usr/share/doc/chargehook/\n",
                   error.message.c_str());
      return incomplete;
    }
    if (error.code == "store") {
      std::fprintf(stderr, "%s: the file is of another store: %s\n", options_.output.c_str(), error.message.c_str());
      return bad_file;
    }
    if (error.code == "silent") return explain_silence(options_, error);
    return error.code == "output" ? say(error, bad_file) : say_why(error);
  }

  static int say(const Error& error, int code) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return code;
  }

  const ExportOptions& options_;
  ExportFile file_;
  journal::ExportRequest request_;
  Progress progress_;
  std::uint64_t events_ = 0;
  std::uint64_t total_ = 0;
  std::uint64_t damaged_ = 0;
  std::vector<model::Sequence> first_damaged_;
  bool is_last_ = false;
};

}  // namespace

int run_export(const ExportOptions& options) {
  catch_interruption();
  auto file =
      options.output.empty() ? Result<ExportFile>{ExportFile::standard_output()} : ExportFile::open(options.output);
  if (file) return Export{options, std::move(file).value()}.run();
  std::fprintf(stderr, "%s\n", file.error().message.c_str());
  return bad_file;
}

}  // namespace chargehook::cli
