#include "cli/import_command.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/apply_json.hpp"
#include "api/import_json.hpp"
#include "cli/client.hpp"
#include "cli/import_file.hpp"
#include "cli/interruption.hpp"
#include "cli/journal_text.hpp"
#include "cli/progress.hpp"
#include "http/io/unix_client.hpp"

namespace chargehook::cli {

using namespace std::chrono_literals;
using model::Error;
using model::Result;

namespace {

constexpr int some_refused = 1;
constexpr int bad_file = 2;
constexpr auto patience = 60s;  // a commit on a disk that is busy
constexpr std::size_t reasons_max = 20;

/// As the gateway asks, at most a minute.
std::chrono::seconds wait_of(const http::Response& response) {
  int seconds = 5;
  for (const auto& [name, value] : response.headers) {
    if (name == "Retry-After") std::from_chars(value.data(), value.data() + value.size(), seconds);
  }
  return std::chrono::seconds{std::clamp(seconds, 1, 60)};
}

class Import {
 public:
  Import(const ImportOptions& options, ImportFile file) : options_(options), file_(std::move(file)) {}

  int run() {
    const auto done = send_all();
    progress_.clear();
    for (const auto& refused : first_refused_) {
      std::fprintf(stderr, "line %s: %s\n", std::to_string(refused.line).c_str(), refused.reason.c_str());
    }
    if (refused_ > first_refused_.size()) {
      std::fprintf(stderr, "and %s more lines\n", std::to_string(refused_ - first_refused_.size()).c_str());
    }
    std::printf("%s\n", imported_text(taken_, already_there_, refused_).c_str());
    if (!done) return explain_end(done.error());
    return refused_ == 0 ? 0 : some_refused;
  }

 private:
  Result<void> send_all() {
    for (;;) {
      BOOST_OUTCOME_TRY(auto chunk, file_.next());
      if (chunk.lines == 0) return model::success();
      for (auto& refused : chunk.refused) refuse(std::move(refused));
      BOOST_OUTCOME_TRY(auto answer, send(chunk));
      taken_ += answer.taken;
      already_there_ += answer.already_there;
      for (auto& refused : answer.refused) refuse({chunk.lines_before + refused.line, std::move(refused.reason)});
      progress_.show(import_progress_text(file_.bytes_read(), file_.bytes_total(), taken_, already_there_));
    }
  }

  /// Until it is taken.
  Result<core::Imported> send(const ImportChunk& chunk) {
    const http::Request request{{}, "POST", "/v1/journal/import", "application/x-ndjson", chunk.text};
    for (;;) {
      if (is_interrupted()) return Error{"interrupted", {}};
      const auto response = http::io::call(api_socket(options_.runtime_dir), request, patience);
      if (!response) return Error{"silent", response.error().message};
      if (response.value().status == 200) return api::read_imported(response.value().body);
      const auto error = api::read_error(response.value().body);
      if (response.value().status != 503) return error;
      wait(error.message, wait_of(response.value()));
    }
  }

  /// Said once for each reason.
  void wait(const std::string& reason, std::chrono::seconds time) {
    if (reason != said_) {
      progress_.clear();
      std::fprintf(stderr, "the gateway takes nothing at this moment, waiting: %s\n", reason.c_str());
      said_ = reason;
    }
    const auto end = std::chrono::steady_clock::now() + time;
    while (!is_interrupted() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(100ms);
  }

  void refuse(core::RefusedLine refused) {
    ++refused_;
    if (first_refused_.size() < reasons_max) first_refused_.push_back(std::move(refused));
  }

  static int explain_end(const Error& error) {
    if (error.code == "interrupted") {
      std::fprintf(stderr, "stopped before the end: the same command goes on, nothing is taken twice\n");
      return interrupted;
    }
    if (error.code == "silent") {
      const int code = explain(error);
      std::fprintf(stderr, "help: when it answers run the same command again: nothing is taken twice\n");
      return code;
    }
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return bad_file;
  }

  const ImportOptions& options_;
  ImportFile file_;
  Progress progress_;
  std::uint64_t taken_ = 0;
  std::uint64_t already_there_ = 0;
  std::uint64_t refused_ = 0;
  std::vector<core::RefusedLine> first_refused_;
  std::string said_;
};

}  // namespace

int run_import(const ImportOptions& options) {
  catch_interruption();
  auto file = ImportFile::open(options.file);
  if (file) return Import{options, std::move(file).value()}.run();
  std::fprintf(stderr, "%s\n", file.error().message.c_str());
  return bad_file;
}

}  // namespace chargehook::cli
