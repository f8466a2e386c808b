#include "gateway.hpp"

#include <sys/random.h>

#include <boost/asio/post.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "cli/client_commands.hpp"
#include "crash_mark.hpp"
#include "ingest/intake.hpp"
#include "journal/io/held_files.hpp"
#include "runtime/log.hpp"
#include "runtime/system_clock.hpp"

namespace chargehook {

using namespace std::chrono_literals;
using core::LogLevel;
using journal::io::LmdbJournal;
using runtime::log;

namespace {

constexpr int damaged_store = 4;
constexpr auto stop_patience = 10s;    // for the last commit; systemd waits longer
constexpr auto writer_patience = 60s;  // a commit that takes longer than this is a writer that hangs

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  CHARGEHOOK_ASSERT(getrandom(&seed, sizeof seed, 0) == sizeof seed);
  return seed;
}

std::string in_folder(const std::string& folder, const std::string& path) {
  return path.starts_with('/') ? path : folder + "/" + path;
}

}  // namespace

Gateway::Gateway(const cli::Folders& folders, runtime::FirstConfig first, runtime::ConfigFiles config_files,
                 LmdbJournal::Opened opened, modbus::io::ReservedDescriptors& reserved)
    : folders_(folders),
      first_(std::move(first)),
      config_files_(std::move(config_files)),
      journal_(std::move(opened.journal)),
      core_(
          first_.config, std::move(opened.state),
          {random_seed(), CHARGEHOOK_VERSION, !first_.errors.empty(), journal::io::look_at_held_folder(folders.state)},
          runtime::read_clocks()),
      loop_(io_, core_, ports()),
      writer_(*journal_, {[this](journal::CommitResult result) { loop_.post(core::CommitDone{std::move(result)}); },
                          [this](journal::ReopenResult result) { loop_.post(core::ReopenDone{std::move(result)}); }}),
      reader_(*journal_, {[this](journal::ReadResult result) { loop_.post(core::RecordsRead{std::move(result)}); },
                          [this](journal::WalkResult result) { loop_.post(core::StoreWalked{std::move(result)}); }}),
      sender_(
          [this](std::vector<delivery::AttemptResult> results) { loop_.post(core::AttemptsDone{std::move(results)}); }),
      field_(io_, loop_, answers_, worker_, reserved),
      api_(
          loop_, answers_, worker_, std::filesystem::absolute(folders.config).string(),
          [this](std::string by, core::Token token) { return config_files_.read(std::move(by), token); },
          [this](core::Token token) { read_stats(token); },
          [this](http::RequestId id, http::Response response) { api_listener_->respond(id, std::move(response)); }),
      journal_desk_(
          loop_, answers_, worker_,
          [this](const journal::ExportRequest& request, core::Token token) { read_page(request, token); },
          [this](http::RequestId id, http::Response response) { api_listener_->respond(id, std::move(response)); }),
      losses_(io_, loop_, answers_),
      flash_(io_, loop_, folders.state + "/journal"),
      service_(io_, [this] { return writer_moves(); }),
      signals_(io_, SIGTERM, SIGINT, SIGHUP),
      patience_(io_) {}

model::Result<void> Gateway::listen() {
  const auto& config = *first_.config;
  http::io::ListenOptions options;
  options.path = cli::api_socket(folders_.runtime);
  options.body_bytes_max = runtime::import_chunk_bytes_max;
  BOOST_OUTCOME_TRY(auto api, http::io::UnixListener::open(io_, std::move(options), [this](http::Request request) {
                      if (!journal_desk_.handle(request)) api_.handle(std::move(request));
                    }));
  api_listener_ = std::move(api);
  for (const auto& ingest : config.ingest) {
    BOOST_OUTCOME_TRY(open_ingest(config.site, ingest));
  }
  if (!config.ocpp.listeners.empty()) {
    BOOST_OUTCOME_TRY(auto gate, ocpp::io::Gate::open(io_, config.ocpp, [this](ocpp::Input input) {
                        loop_.input(core::OcppSeen{std::move(input)});
                      }));
    gate_ = std::move(gate);
    log_ports();
  }
  return model::success();
}

model::Result<void> Gateway::open_ingest(const model::Site& site, const ingest::IngestConfig& config) {
  ingest_.emplace_back();
  auto& ingest = ingest_.back();
  ingest.desk = std::make_unique<runtime::IngestDesk>(
      site, loop_, answers_,
      [&ingest](http::RequestId id, http::Response response) { ingest.listener->respond(id, std::move(response)); });
  http::io::ListenOptions options;
  options.path = in_folder(folders_.runtime, config.socket_path);
  options.body_bytes_max = ingest::body_bytes_max;
  BOOST_OUTCOME_TRY(auto listener,
                    http::io::UnixListener::open(io_, std::move(options), [&ingest](http::Request request) {
                      ingest.desk->handle(std::move(request));
                    }));
  ingest.listener = std::move(listener);
  return model::success();
}

/// The addresses chargers can connect to; a port of 0 in the file has become one.
void Gateway::log_ports() const {
  for (const auto port : gate_->ports()) log(LogLevel::info, "chargers connect to port " + std::to_string(port));
}

void Gateway::mark_clean_stop() { journal_->mark_clean_stop(runtime::read_clocks()); }

int Gateway::run() {
  wait_for_signal();
  loop_.start();
  if (first_.errors.empty()) {
    keep_last_good(first_.config->hash);
  } else {
    log(LogLevel::warning, "the configuration has errors: running on the copy of the last good one");
    loop_.input(core::ConfigRejected{first_.errors, "start"});
  }
  field_.take(first_.config);
  log(LogLevel::info, "ready");
  service_.ready();
  losses_.start();
  flash_.start();
  io_.run();
  sender_.stop();
  reader_.stop();
  writer_.stop();
  if (clean_) mark_clean_stop();
  log(clean_ ? LogLevel::info : LogLevel::warning, clean_ ? "stopped" : "stopped before the last commit was done");
  // Nobody waits for what still runs: a message that a broker gets no answer to comes again.
  if (!clean_) std::_Exit(is_store_damaged_ ? damaged_store : 1);
  return is_store_damaged_ ? damaged_store : 0;
}

/// One at a time, so it may wait behind all else. The job refers to the loop alone.
void Gateway::write_held(journal::HeldFile file) {
  worker_.run_surely([&loop = loop_, data = folders_.state, file = std::move(file)] {
    loop.post(core::HeldFileWritten{journal::io::write_held_file(data, file)});
  });
}

/// What finds no room on the worker is counted the next time.
void Gateway::count_held() {
  static_cast<void>(worker_.run([&loop = loop_, data = folders_.state] {
    loop.post(core::HeldFilesCounted{journal::io::count_held_files(data)});
  }));
}

void Gateway::read_stats(core::Token token) {
  reader_.stats([this, token](journal::StatsResult result) {
    boost::asio::post(io_, [this, token, result = std::move(result)] { answers_.release({token, result}); });
  });
}

void Gateway::read_page(const journal::ExportRequest& request, core::Token token) {
  reader_.export_page(request, [this, token](journal::ExportPage page) {
    boost::asio::post(io_, [this, token, page = std::move(page)]() mutable {
      answers_.release({token, std::move(page)});
    });
  });
}

runtime::Ports Gateway::ports() {
  return {.commit = [this](journal::BatchPtr batch) { commit(std::move(batch)); },
          .reopen_store = [this] { reopen(); },
          .read = [this](journal::ReadRequest request) { reader_.request(request); },
          .walk = [this](journal::WalkRequest request) { reader_.walk(request); },
          .write_held = [this](journal::HeldFile file) { write_held(std::move(file)); },
          .count_held = [this] { count_held(); },
          .attempt = [this](delivery::AttemptRequest request) { sender_.start(std::move(request)); },
          .ocpp = [this](ocpp::Command command) { gate_->carry_out(std::move(command)); },
          .release = [this](const core::Release& release) { answers_.release(release); },
          .config_taken = [this](const core::ConfigPtr& config) { take(config); },
          .store_damaged = [this](const std::string& reason) { give_up_store(reason); },
          .stopped = [this](bool all_committed) { finish(all_committed); },
          .adapters = [this] { return field_.status(); }};
}

void Gateway::take(const core::ConfigPtr& config) {
  keep_last_good(config->hash);
  field_.take(config);
}

void Gateway::keep_last_good(const std::string& hash) {
  const bool taken = worker_.run([this, hash] { config_files_.keep(hash); });
  if (!taken) log(LogLevel::warning, "too much is being applied: the last good configuration is not kept");
}

void Gateway::commit(journal::BatchPtr batch) {
  writer_began_ = runtime::read_clocks().boot;
  writer_.submit(std::move(batch));
}

void Gateway::reopen() {
  writer_began_ = runtime::read_clocks().boot;
  writer_.reopen();
}

bool Gateway::writer_moves() const {
  return !writer_.busy() || runtime::read_clocks().boot - writer_began_ < writer_patience;
}

void Gateway::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& cancelled, int signal) {
    if (cancelled) return;
    if (signal == SIGHUP) {
      api_.apply("SIGHUP");
    } else {
      stop();
    }
    if (!finished_) wait_for_signal();
  });
}

/// The service manager starts us again, and that start looks at all of the store.
void Gateway::give_up_store(const std::string& reason) {
  log(LogLevel::error, "the journal is damaged, a new start sorts it out: " + reason);
  if (!leave_mark(folders_.state + "/journal", reason)) {
    log(LogLevel::error, "the journal's folder takes no mark: the next start looks at its ends only");
  }
  is_store_damaged_ = true;
  boost::asio::post(io_, [this] {
    if (!stopping_) stop();
  });
}

/// In order: what comes in, what decides, the last commit. A second signal does not wait for it.
void Gateway::stop() {
  if (stopping_) return finish(false);
  stopping_ = true;
  log(LogLevel::info, "stopping");
  service_.stopping();
  patience_.expires_after(stop_patience);
  patience_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) finish(false);
  });
  // A durable message that waits is taken while the core still runs: the worker ends the adapters, then the core.
  field_.close();
  worker_.run_surely([this] {
    field_.stop();
    boost::asio::post(io_, [this] {
      field_.take_rest();
      loop_.input(core::Stop{});
    });
  });
}

void Gateway::finish(bool clean) {
  if (finished_) return;
  finished_ = true;
  const auto never_stored = field_.finish();
  if (never_stored > 0) log(LogLevel::error, std::to_string(never_stored) + " events of brokers were never stored");
  clean_ = clean && never_stored == 0;
  patience_.cancel();
  signals_.cancel();
  for (auto& ingest : ingest_) ingest.listener->stop();
  if (gate_) gate_->stop();
  api_listener_->stop();
  losses_.stop();
  flash_.stop();
  loop_.stop();
  service_.stopped();  // nothing is left that keeps io_ running but answers on their way out
}

}  // namespace chargehook
