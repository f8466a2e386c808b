/// The program: the only file that names concrete shells. Loads, builds, runs, stops.
#include <sys/random.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <deque>

#include "cli/check_command.hpp"
#include "cli/client_commands.hpp"
#include "cli/command_line.hpp"
#include "config/files.hpp"
#include "config/load.hpp"
#include "core/core.hpp"
#include "delivery/io/httplib_poster.hpp"
#include "http/io/unix_listener.hpp"
#include "ingest/intake.hpp"
#include "journal/io/lmdb_journal.hpp"
#include "journal/io/reader_thread.hpp"
#include "journal/io/writer_thread.hpp"
#include "ocpp/io/gate.hpp"
#include "runtime/answers.hpp"
#include "runtime/api_desk.hpp"
#include "runtime/core_loop.hpp"
#include "runtime/ingest_desk.hpp"
#include "runtime/log.hpp"
#include "runtime/service.hpp"
#include "runtime/system_clock.hpp"
#include "runtime/worker.hpp"

namespace chargehook {
namespace {

using namespace std::chrono_literals;
using core::LogLevel;
using journal::io::LmdbJournal;
using runtime::log;

constexpr int bad_configuration = 2;
constexpr int cannot_start = 3;
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

core::Input read_config(const std::string& folder, std::string applied_by, core::Token token) {
  auto loaded = config::load(config::read_folder(folder));
  if (loaded.generation) {
    return core::ConfigReady{std::make_shared<core::ConfigGeneration>(std::move(*loaded.generation)),
                             std::move(applied_by), token};
  }
  std::vector<std::string> errors;
  for (const auto& diagnostic : loaded.diagnostics.all()) errors.push_back(config::headline(diagnostic));
  return core::ConfigRejected{std::move(errors), std::move(applied_by), token};
}

/// Everything that runs. Members in the order of their making; they end the other way round.
class Gateway {
 public:
  Gateway(const cli::Folders& folders, core::ConfigPtr config, LmdbJournal::Opened opened)
      : folders_(folders),
        journal_(std::move(opened.journal)),
        core_(config, std::move(opened.state), {random_seed(), CHARGEHOOK_VERSION}, runtime::read_clocks()),
        loop_(io_, core_, ports()),
        writer_(*journal_, {[this](journal::CommitResult result) { loop_.post(core::CommitDone{std::move(result)}); },
                            [this](journal::ReopenResult result) { loop_.post(core::ReopenDone{std::move(result)}); }}),
        reader_(*journal_, [this](journal::ReadResult result) { loop_.post(core::RecordsRead{std::move(result)}); }),
        poster_([this](delivery::AttemptResult result) { loop_.post(core::AttemptDone{std::move(result)}); }),
        api_(
            loop_, answers_, worker_,
            [folder = folders.config](std::string by, core::Token token) {
              return read_config(folder, std::move(by), token);
            },
            [this](http::RequestId id, http::Response response) { api_listener_->respond(id, std::move(response)); }),
        service_(io_, [this] { return writer_moves(); }),
        signals_(io_, SIGTERM, SIGINT, SIGHUP),
        patience_(io_) {}

  [[nodiscard]] model::Result<void> listen(const core::ConfigGeneration& config) {
    http::io::ListenOptions options;
    options.path = cli::api_socket(folders_.runtime);
    BOOST_OUTCOME_TRY(auto api, http::io::UnixListener::open(io_, std::move(options), [this](http::Request request) {
                        api_.handle(std::move(request));
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

  int run() {
    wait_for_signal();
    loop_.start();
    log(LogLevel::info, "ready");
    service_.ready();
    io_.run();
    poster_.stop();
    reader_.stop();
    writer_.stop();
    if (clean_) journal_->mark_clean_stop(runtime::read_clocks());
    log(clean_ ? LogLevel::info : LogLevel::warning, clean_ ? "stopped" : "stopped before the last commit was done");
    return clean_ ? 0 : 1;
  }

 private:
  struct Ingest {
    std::unique_ptr<http::io::UnixListener> listener;
    std::unique_ptr<runtime::IngestDesk> desk;
  };

  runtime::Ports ports() {
    return {.commit = [this](journal::BatchPtr batch) { commit(std::move(batch)); },
            .reopen_store = [this] { writer_.reopen(); },
            .read = [this](journal::ReadRequest request) { reader_.request(request); },
            .attempt = [this](delivery::AttemptRequest request) { poster_.start(std::move(request)); },
            .ocpp = [this](ocpp::Command command) { gate_->carry_out(std::move(command)); },
            .release = [this](const core::Release& release) { answers_.release(release); },
            .stopped = [this] { finish(true); }};
  }

  /// The addresses chargers can connect to; a port of 0 in the file has become one.
  void log_ports() const {
    for (const auto port : gate_->ports()) log(LogLevel::info, "chargers connect to port " + std::to_string(port));
  }

  void commit(journal::BatchPtr batch) {
    commit_began_ = runtime::read_clocks().boot;
    writer_.submit(std::move(batch));
  }

  [[nodiscard]] bool writer_moves() const {
    return !writer_.busy() || runtime::read_clocks().boot - commit_began_ < writer_patience;
  }

  [[nodiscard]] model::Result<void> open_ingest(const model::Site& site, const ingest::IngestConfig& config) {
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

  void wait_for_signal() {
    signals_.async_wait([this](const boost::system::error_code& cancelled, int signal) {
      if (cancelled) return;
      if (signal == SIGHUP) {
        api_.apply("SIGHUP");
      } else {
        stop();
      }
      wait_for_signal();
    });
  }

  /// In order: what comes in, what decides, the last commit. A second signal does not wait for it.
  void stop() {
    if (stopping_) return finish(false);
    stopping_ = true;
    log(LogLevel::info, "stopping");
    service_.stopping();
    patience_.expires_after(stop_patience);
    patience_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled) finish(false);
    });
    loop_.input(core::Stop{});
  }

  void finish(bool clean) {
    if (finished_) return;
    finished_ = true;
    clean_ = clean;
    patience_.cancel();
    signals_.cancel();
    for (auto& ingest : ingest_) ingest.listener->stop();
    if (gate_) gate_->stop();
    api_listener_->stop();
    loop_.stop();
    service_.stopped();  // nothing is left that keeps io_ running but answers on their way out
  }

  cli::Folders folders_;
  boost::asio::io_context io_{1};
  std::unique_ptr<LmdbJournal> journal_;
  core::Core core_;
  runtime::Answers answers_;
  runtime::CoreLoop loop_;
  journal::io::WriterThread writer_;
  journal::io::ReaderThread reader_;
  delivery::io::HttplibPoster poster_;
  runtime::Worker worker_;
  std::unique_ptr<http::io::UnixListener> api_listener_;
  runtime::ApiDesk api_;
  std::deque<Ingest> ingest_;             ///< a deque: its members are referred to
  std::unique_ptr<ocpp::io::Gate> gate_;  ///< null without listeners
  runtime::Service service_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer patience_;
  model::BootTime commit_began_;
  bool stopping_ = false;
  bool finished_ = false;
  bool clean_ = false;
};

int refuse_to_start(const std::string& reason) {
  log(LogLevel::error, reason);
  return cannot_start;
}

int run_gateway(const cli::RunOptions& options) {
  auto loaded = config::load(config::read_folder(options.folders.config));
  if (!loaded.diagnostics.all().empty()) std::fputs(config::to_text(loaded.diagnostics).c_str(), stderr);
  if (!loaded.generation) return bad_configuration;
  const auto config = std::make_shared<const core::ConfigGeneration>(std::move(*loaded.generation));
  std::signal(SIGPIPE, SIG_IGN);
  umask(027);
  journal::io::OpenOptions store;
  store.folder = options.folders.state + "/journal";
  store.size_bytes = config->storage.size_bytes;
  store.now = runtime::read_clocks();
  store.boot_uuid = runtime::read_boot_uuid();
  auto opened = LmdbJournal::open(store);
  if (!opened) return refuse_to_start("journal: " + opened.error().message);
  Gateway gateway{options.folders, config, std::move(opened).value()};
  if (const auto listening = gateway.listen(*config); !listening) return refuse_to_start(listening.error().message);
  return gateway.run();
}

}  // namespace
}  // namespace chargehook

int main(int argc, char** argv) {
  using namespace chargehook;
  const auto command = cli::read_command_line(argc, argv, CHARGEHOOK_VERSION);
  if (const auto* options = std::get_if<cli::RunOptions>(&command)) return run_gateway(*options);
  return cli::run_command(command);
}
