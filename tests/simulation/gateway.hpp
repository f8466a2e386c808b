/// The gateway as gateway/gateway.cpp puts it together, with shells that the seed drives: the real core over the real
/// store, one run after the other. What the writer, the reader and the timer do is done here; the network is the
/// world's. Owner: World. One thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "clock.hpp"
#include "core/core.hpp"
#include "faults.hpp"
#include "journal/io/lmdb_journal.hpp"
#include "lossy_disk.hpp"
#include "random.hpp"
#include "schedule.hpp"

namespace chargehook::simulation {

/// How a run came to its end. It fails to start where the disk fails, and refuses to without a reason of ours.
enum class Ending : std::uint8_t { stopped, stop_took_too_long, killed, power_cut, failed_to_start, refused_to_start };

/// How often what goes wrong at the disk; per mille of commits. Nothing after the world has healed.
struct DiskMood {
  unsigned cut = 0;
  unsigned fault = 0;
  unsigned slow = 0;
  unsigned cut_in_start = 0;
  unsigned cut_in_held = 0;    ///< per mille of files of held billing
  unsigned fault_in_held = 0;  ///< the same
};

class Gateway {
 public:
  struct Ports {
    std::function<void(delivery::AttemptRequest)> attempt;
    std::function<void(const core::Release&)> release;
    std::function<void(const ocpp::Command&)> ocpp;
    std::function<void(const core::LogLine&)> log;
    std::function<void(std::string)>
        found;                          ///< what a walk through the store found: no fault here harms what is stored
    std::function<void(Ending)> ended;  ///< the store is closed; nothing of the run is left
  };
  struct Around {
    Schedule& schedule;
    Clock& clock;
    Random& random;
    FaultCounts& faults;
  };

  Gateway(Around around, std::string folder, Ports ports);
  ~Gateway();

  DiskMood mood;

  /// Opens the store and begins a run, or ends as Ports::ended says.
  void start(const core::ConfigPtr& config);
  [[nodiscard]] bool is_running() const { return core_ != nullptr; }
  /// Counts the runs: what belongs to an earlier one is void.
  [[nodiscard]] std::uint64_t run() const { return run_; }
  /// Whether the store was ever filled so far that points of chains are left out.
  [[nodiscard]] bool was_full() const { return was_full_; }

  void input(core::Input input);
  void stop();  ///< SIGTERM
  void kill();  ///< the process is gone, the kernel lives
  void cut_power();

 private:
  void carry_out(core::Outputs& out);
  void arm_timer();
  void submit(journal::BatchPtr batch);
  void commit(const journal::BatchPtr& batch);
  void arm_start();
  void arm_disk(const journal::Batch& batch);
  void note_fill(const journal::Usage& usage);
  void note_gaps(const journal::Batch& batch);
  void write_held(const journal::HeldFile& file);
  void arm_held();
  void reopen();
  void read(const journal::ReadRequest& request);
  void walk(const journal::WalkRequest& request);
  void finish_stop(bool all_committed);
  void end(Ending ending);

  /// Does it if this run still lives then.
  void later(Moment wait, Schedule::Action action);

  Around around_;
  std::string folder_;
  Ports ports_;
  std::unique_ptr<journal::io::LmdbJournal> journal_;
  std::unique_ptr<core::Core> core_;
  std::uint64_t run_ = 0;
  std::uint64_t store_id_;
  std::uint64_t timer_ = 0;
  std::optional<model::BootTime> armed_for_;
  bool is_trimming_ = false;
  bool was_full_ = false;
  bool stopping_ = false;
};

}  // namespace chargehook::simulation
