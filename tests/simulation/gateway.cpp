#include "gateway.hpp"

#include <algorithm>
#include <filesystem>

#include "core/stream_counting.hpp"
#include "journal/io/held_files.hpp"
#include "journal/pressure.hpp"

namespace chargehook::simulation {

using namespace std::chrono_literals;

namespace {

constexpr Moment stop_patience = 10s;
constexpr unsigned walks_per_mille = 300;  // of runs: somebody asks for a walk through the store while all goes on

/// A commit makes three to six calls; one that is not reached is no fault.
constexpr int calls_of_a_commit = 5;
constexpr int calls_of_a_start = 5;
constexpr int calls_of_a_held_file = 4;  // write, sync, rename, sync of the folder
constexpr int calls_of_a_first_start = 10;

/// Per mille of the inputs behind which another is already in the queue.
constexpr unsigned more_inputs_wait = 250;

Fault loss_of(journal::GapReason reason) {
  if (reason == journal::GapReason::carried_out) return Fault::billing_carried_out;
  return reason == journal::GapReason::expired ? Fault::records_expired : Fault::records_evicted;
}

}  // namespace

Gateway::Gateway(Around around, std::string folder, Ports ports)
    : around_(around), folder_(std::move(folder)), ports_(std::move(ports)), store_id_(around.random.next()) {}

Gateway::~Gateway() = default;

void Gateway::later(Moment wait, Schedule::Action action) {
  around_.schedule.after(wait, [this, run = run_, action = std::move(action)] {
    if (run == run_) action();
  });
}

/// As run_gateway() in main.cpp does it.
void Gateway::start(const core::ConfigPtr& config) {
  ++run_;
  stopping_ = false;
  armed_for_.reset();
  Random& random = around_.random;
  journal::io::OpenOptions store;
  store.folder = folder_ + "/journal";
  store.size_bytes = config->storage.size_bytes;
  store.now = around_.clock.now();
  store.boot_uuid = around_.clock.boot_uuid();
  store.store_id = store_id_++;  // of a store to be made
  store.counting = core::stream_counting();
  arm_start();
  auto opened = journal::io::LmdbJournal::open(store);
  const bool is_fault = lossy_disk().disarm() || lossy_disk().is_broken();
  if (lossy_disk().is_dead()) {
    around_.faults.note(Fault::power_cut_in_start);
    if (opened) journal_ = std::move(opened.value().journal);
    return end(Ending::power_cut);
  }
  if (!opened) {
    ports_.log({core::LogLevel::error, "journal: " + opened.error().code + ": " + opened.error().message});
    return end(is_fault ? Ending::failed_to_start : Ending::refused_to_start);
  }
  journal_ = std::move(opened.value().journal);
  note_fill(opened.value().state.usage);
  core_ = std::make_unique<core::Core>(
      config, std::move(opened.value().state),
      core::CoreOptions{random.next(), "0.0.0", false, journal::io::look_at_held_folder(folder_)}, around_.clock.now());
  input(core::TimerDue{});
  if (random.per_mille(walks_per_mille)) {
    later(random.between(Moment{1ms}, Moment{2s}), [this] { input(core::StoreCheckAsked{core::nobody, true}); });
  }
}

void Gateway::arm_start() {
  Random& random = around_.random;
  const bool exists = std::filesystem::exists(folder_ + "/journal/data.mdb");
  const int countdown = random.between(1, exists ? calls_of_a_start : calls_of_a_first_start);
  if (random.per_mille(mood.cut_in_start)) {
    lossy_disk().arm(random.per_mille(500) ? DiskFault::cut_before : DiskFault::cut_after, countdown);
  } else if (random.per_mille(mood.cut_in_start)) {
    lossy_disk().arm(DiskFault::fail_undone, countdown);
  }
}

void Gateway::input(core::Input input) {
  if (!core_) return;
  core::Outputs out;
  const bool more_wait = around_.random.per_mille(more_inputs_wait);
  core_->step(around_.clock.now(), std::move(input), out, more_wait ? core::Follows::more : core::Follows::nothing);
  if (more_wait) later(Moment{0}, [this] { this->input(core::TimerDue{}); });
  const auto run = run_;
  carry_out(out);
  if (core_ && run == run_) arm_timer();
}

/// In the order of CoreLoop::carry_out, but for the log: the yard has to know that the journal is in trouble before it
/// sees the answers that are let go for it.
void Gateway::carry_out(core::Outputs& out) {
  const auto run = run_;
  for (const auto& line : out.log) ports_.log(line);
  for (const auto& command : out.ocpp) ports_.ocpp(command);
  if (out.commit) submit(std::move(out.commit));
  if (out.reopen_store) later(around_.random.between(Moment{1ms}, Moment{50ms}), [this] { reopen(); });
  for (const auto& request : out.reads) {
    later(around_.random.between(Moment{100us}, Moment{20ms}), [this, request] { read(request); });
  }
  if (out.walk)
    later(around_.random.between(Moment{100us}, Moment{20ms}), [this, walk = *out.walk] { this->walk(walk); });
  if (out.held_file) {
    later(around_.random.between(Moment{1ms}, Moment{2s}), [this, file = *out.held_file] { write_held(file); });
  }
  if (out.count_held_files) {
    later(Moment{1ms}, [this] { input(core::HeldFilesCounted{journal::io::count_held_files(folder_)}); });
  }
  for (auto& attempt : out.attempts) ports_.attempt(std::move(attempt));
  for (const auto& release : out.releases) ports_.release(release);
  CHARGEHOOK_ASSERT(out.store_damaged.empty());  // no fault of this world harms a page
  if (out.stopped && run == run_) finish_stop(out.all_committed);
}

void Gateway::arm_timer() {
  const auto deadline = core_->next_deadline();
  if (deadline == armed_for_) return;
  armed_for_ = deadline;
  const auto number = ++timer_;
  if (!deadline) return;
  const bool is_past = *deadline <= around_.clock.now().boot;
  const Moment slack = around_.random.between(Moment{1us}, Moment{2ms});
  later((is_past ? Moment{0} : around_.clock.until(*deadline)) + slack, [this, number] {
    if (number != timer_) return;
    armed_for_.reset();
    input(core::TimerDue{});
  });
}

void Gateway::submit(journal::BatchPtr batch) {
  const bool slow = around_.random.per_mille(mood.slow);
  if (slow) around_.faults.note(Fault::commit_slow);
  const Moment wait =
      slow ? around_.random.between(Moment{500ms}, Moment{2s}) : around_.random.between(Moment{500us}, Moment{30ms});
  later(wait, [this, batch] { commit(batch); });
}

void Gateway::arm_disk(const journal::Batch& batch) {
  Random& random = around_.random;
  const int countdown = random.between(1, calls_of_a_commit);
  is_trimming_ = !batch.trims.empty();
  const unsigned cut = is_trimming_ ? std::max(mood.cut, mood.cut > 0 ? 250U : 0U) : mood.cut;
  if (random.per_mille(cut)) {
    return lossy_disk().arm(random.per_mille(500) ? DiskFault::cut_before : DiskFault::cut_after, countdown);
  }
  if (!random.per_mille(mood.fault)) return;
  constexpr std::array kinds{DiskFault::fail_undone, DiskFault::fail_undone, DiskFault::fail_undone,
                             DiskFault::fail_done,   DiskFault::write_short, DiskFault::no_space,
                             DiskFault::broken};
  lossy_disk().arm(random.pick(kinds), countdown);
}

void Gateway::commit(const journal::BatchPtr& batch) {
  arm_disk(*batch);
  auto result = journal_->commit(*batch);
  lossy_disk().disarm();
  if (lossy_disk().is_dead()) {
    if (is_trimming_) around_.faults.note(Fault::power_cut_in_trim);
    if (!around_.random.per_mille(300)) return end(Ending::power_cut);
    lossy_disk().revive();
    around_.faults.note(Fault::killed_in_commit);
    return end(Ending::killed);
  }
  was_full_ = was_full_ || result.status == journal::CommitStatus::map_full;
  if (result.status == journal::CommitStatus::committed) {
    note_fill(result.usage);
    note_gaps(*batch);
    const auto passed = std::ranges::count_if(batch->pend, [](const auto& put) { return put.row.has_value(); });
    if (passed > 0) around_.faults.note(Fault::refused_passed);
  }
  if (lossy_disk().is_broken()) {
    around_.schedule.after(around_.random.between(Moment{1s}, Moment{40s}), [] { lossy_disk().mend(); });
  }
  later(around_.random.between(Moment{10us}, Moment{5ms}), [this, result] { input(core::CommitDone{result}); });
}

void Gateway::note_fill(const journal::Usage& usage) { was_full_ = was_full_ || !journal::may_leave_points(usage); }

void Gateway::note_gaps(const journal::Batch& batch) {
  for (const auto& put : batch.gaps) {
    if (!put.row) continue;
    around_.faults.note(loss_of(put.row->reason));
    for (const auto& [gap, event] : put.row->notices) {
      if (gap.from_sequence < put.row->from_sequence) around_.faults.note(Fault::gap_evicted);
    }
  }
}

void Gateway::arm_held() {
  Random& random = around_.random;
  const int countdown = random.between(1, calls_of_a_held_file);
  if (random.per_mille(mood.cut_in_held)) {
    lossy_disk().arm(random.per_mille(500) ? DiskFault::cut_before : DiskFault::cut_after, countdown);
  } else if (random.per_mille(mood.fault_in_held)) {
    lossy_disk().arm(random.per_mille(500) ? DiskFault::fail_undone : DiskFault::no_space, countdown);
  }
}

void Gateway::write_held(const journal::HeldFile& file) {
  arm_held();
  auto result = journal::io::write_held_file(folder_, file);
  lossy_disk().disarm();
  if (lossy_disk().is_dead()) {
    around_.faults.note(Fault::power_cut_in_held_file);
    return end(Ending::power_cut);
  }
  if (!result.reason.empty()) around_.faults.note(Fault::held_file_failed);
  later(around_.random.between(Moment{10us}, Moment{5ms}),
        [this, result = std::move(result)] { input(core::HeldFileWritten{result}); });
}

void Gateway::reopen() {
  auto result = journal_->reopen();
  if (result.open) note_fill(result.usage);
  later(around_.random.between(Moment{10us}, Moment{5ms}), [this, result] { input(core::ReopenDone{result}); });
}

void Gateway::read(const journal::ReadRequest& request) {
  auto result = journal_->read(request);
  later(around_.random.between(Moment{10us}, Moment{5ms}),
        [this, result = std::move(result)] { input(core::RecordsRead{result}); });
}

void Gateway::walk(const journal::WalkRequest& request) {
  auto result = journal_->walk(request);
  for (const auto& finding : result.findings.kept()) ports_.found("the walk found: " + text_of(finding));
  later(around_.random.between(Moment{10us}, Moment{5ms}),
        [this, result = std::move(result)] { input(core::StoreWalked{result}); });
}

void Gateway::stop() {
  if (!core_ || stopping_) return;
  stopping_ = true;
  later(stop_patience, [this] { end(Ending::stop_took_too_long); });
  input(core::Stop{});
}

void Gateway::finish_stop(bool all_committed) {
  if (all_committed) journal_->mark_clean_stop(around_.clock.now());
  end(all_committed ? Ending::stopped : Ending::stop_took_too_long);
}

void Gateway::kill() {
  if (core_) end(Ending::killed);
}

void Gateway::cut_power() {
  if (!core_) return;
  lossy_disk().cut_power();
  end(Ending::power_cut);
}

void Gateway::end(Ending ending) {
  ++run_;
  core_.reset();
  journal_.reset();
  if (ending == Ending::power_cut) lossy_disk().revert();
  ports_.ended(ending);
}

}  // namespace chargehook::simulation
