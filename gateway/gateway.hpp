/// All that runs, put together: shells, core, and the order in which they begin and end. Owner: main, on whose thread
/// (the core's) all of it runs; what other threads call back posts.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <string>

#include "cli/command_line.hpp"
#include "core/core.hpp"
#include "delivery/io/asio_sender.hpp"
#include "field_adapters.hpp"
#include "http/io/unix_listener.hpp"
#include "journal/io/lmdb_journal.hpp"
#include "journal/io/reader_thread.hpp"
#include "journal/io/writer_thread.hpp"
#include "ocpp/io/gate.hpp"
#include "runtime/answers.hpp"
#include "runtime/api_desk.hpp"
#include "runtime/config_files.hpp"
#include "runtime/core_loop.hpp"
#include "runtime/flash_watch.hpp"
#include "runtime/ingest_desk.hpp"
#include "runtime/journal_desk.hpp"
#include "runtime/loss_watch.hpp"
#include "runtime/service.hpp"
#include "runtime/worker.hpp"

namespace chargehook {

/// Members in the order of their making; they end the other way round.
class Gateway {
 public:
  /// @param reserved made before anything else opened files
  Gateway(const cli::Folders& folders, runtime::FirstConfig first, runtime::ConfigFiles config_files,
          journal::io::LmdbJournal::Opened opened, modbus::io::ReservedDescriptors& reserved);

  /// Opens all sockets that others connect to.
  [[nodiscard]] model::Result<void> listen();

  /// Also for a run that never began: nothing was taken, so nothing was lost.
  void mark_clean_stop();

  /// Until a signal ends it. @return exit code
  int run();

 private:
  struct Ingest {
    std::unique_ptr<http::io::UnixListener> listener;
    std::unique_ptr<runtime::IngestDesk> desk;
  };

  [[nodiscard]] model::Result<void> open_ingest(const model::Site& site, const ingest::IngestConfig& config);
  void log_ports() const;
  runtime::Ports ports();
  void take(const core::ConfigPtr& config);
  void keep_last_good(const std::string& hash);
  void commit(journal::BatchPtr batch);
  void reopen();
  void write_held(journal::HeldFile file);
  void count_held();
  void read_stats(core::Token token);
  void read_page(const journal::ExportRequest& request, core::Token token);
  [[nodiscard]] bool writer_moves() const;
  void wait_for_signal();
  void give_up_store(const std::string& reason);
  void stop();
  void finish(bool clean);

  cli::Folders folders_;
  runtime::FirstConfig first_;
  runtime::ConfigFiles config_files_;  ///< the worker's, once it runs
  boost::asio::io_context io_{1};
  std::unique_ptr<journal::io::LmdbJournal> journal_;
  core::Core core_;
  runtime::Answers answers_;
  runtime::CoreLoop loop_;
  journal::io::WriterThread writer_;
  journal::io::ReaderThread reader_;
  delivery::io::AsioSender sender_;
  FieldAdapters field_;  ///< before the worker, whose last job may be ending it
  runtime::Worker worker_;
  std::unique_ptr<http::io::UnixListener> api_listener_;
  runtime::ApiDesk api_;
  runtime::JournalDesk journal_desk_;
  std::deque<Ingest> ingest_;             ///< a deque: its members are referred to
  std::unique_ptr<ocpp::io::Gate> gate_;  ///< null without listeners
  runtime::LossWatch losses_;
  runtime::FlashWatch flash_;
  runtime::Service service_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer patience_;
  model::BootTime writer_began_;
  bool stopping_ = false;
  bool finished_ = false;
  bool clean_ = false;
  bool is_store_damaged_ = false;
};

}  // namespace chargehook
