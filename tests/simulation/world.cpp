#include "world.hpp"

#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <utility>

#include "clock.hpp"
#include "depot.hpp"
#include "digest.hpp"
#include "gateway.hpp"
#include "judge/delivery_judge.hpp"
#include "judge/store_judge.hpp"
#include "lossy_disk.hpp"
#include "meter.hpp"
#include "plan.hpp"
#include "receivers.hpp"
#include "schedule.hpp"
#include "sources.hpp"
#include "yard.hpp"

namespace chargehook::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t faults_min = 20;
constexpr Moment drain_longest = 6h;

class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& parent) : path_(parent + "/chargehook-simulation-XXXXXX") {
    CHARGEHOOK_ASSERT(::mkdtemp(path_.data()) != nullptr);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Its mappings have to outlive the store.
struct DiskOfAWorld {
  DiskOfAWorld() = default;
  DiskOfAWorld(const DiskOfAWorld&) = delete;
  DiskOfAWorld& operator=(const DiskOfAWorld&) = delete;
  ~DiskOfAWorld() { lossy_disk().end(); }
};

class World {
 public:
  explicit World(const Options& options)
      : options_(options),
        random_(options.seed),
        folder_(options.parent_folder),
        plan_(plan_of(options.kind, random_)),
        gateway_({schedule_, clock_, random_, faults_}, folder_.path(), ports()),
        receivers_(
            schedule_, random_, faults_, judge_,
            [this](std::uint64_t run) { return gateway_.is_running() && gateway_.run() == run; },
            [this](delivery::AttemptResult result) { gateway_.input(core::AttemptsDone{{std::move(result)}}); }),
        sources_(schedule_, clock_, random_, faults_, judge_, depot_configurations().front()->site, plan_.sources,
                 [this](core::Input input) { return give(std::move(input)); }),
        yard_(schedule_, random_, faults_, judge_, relay_judge_, plan_.yard,
              [this](core::Input input) { return give(std::move(input)); }),
        meter_(schedule_, clock_, random_, faults_, plan_.meter_interval,
               [this](core::Input input) { return give(std::move(input)); }) {}

  Verdict run() {
    lossy_disk().begin(folder_.path(), random_, faults_);
    if (options_.disk_lies) lossy_disk().lie();
    gateway_.mood = plan_.disk;
    if (plan_.receivers_go_away) receivers_.go_away();
    if (plan_.receivers_dislike) receivers_.dislike_some();
    start_clock();
    start_gateway();
    sources_.start();
    yard_.start();
    meter_.start();
    plan_crash();
    plan_apply();
    while (!has_seen_enough() && complaints_.count() == 0) CHARGEHOOK_ASSERT(schedule_.step());
    heal();
    const Moment end = schedule_.now() + drain_longest;
    while (!is_drained() && complaints_.count() == 0 && schedule_.now() < end) CHARGEHOOK_ASSERT(schedule_.step());
    if (complaints_.count() > 0) return verdict();
    let_revisions_come(end);
    stop_for_good();
    judge_.close();
    store_judge_.inspect_times(folder_.path() + "/journal");
    if (!sources_.is_done()) complaints_.say("a source was never told that its event is stored");
    return verdict();
  }
  ~World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;

 private:
  Gateway::Ports ports() {
    return {.attempt = [this](delivery::AttemptRequest request) { receivers_.attempt(gateway_.run(), request); },
            .release = [this](const core::Release& release) { sources_.release(release); },
            .ocpp = [this](const ocpp::Command& command) { yard_.carry_out(command); },
            .log = [this](const core::LogLine& line) { logged(line.text); },
            .found = [this](std::string what) { complaints_.say(std::move(what)); },
            .ended = [this](Ending ending) { gateway_ended(ending); }};
  }

  void trace(std::string_view text) {
    digest_.add(static_cast<std::uint64_t>(schedule_.now().count()));
    digest_.add(text);
    if (!options_.trace) return;
    std::printf("%12.6f  %.*s\n", std::chrono::duration<double>(schedule_.now()).count(), static_cast<int>(text.size()),
                text.data());
  }

  /// @param line by value: the folder in it has another name in each run
  void logged(std::string line) {
    for (auto at = line.find(folder_.path()); at != std::string::npos; at = line.find(folder_.path())) {
      line.replace(at, folder_.path().size(), "<folder>");
    }
    trace(line);
    last_line_ = line;
    if (line.starts_with("the journal is full") || line.starts_with("the journal cannot")) yard_.journal_is_well(false);
    if (line == "the journal is written again") yard_.journal_is_well(true);
  }

  bool give(core::Input input) {
    if (!gateway_.is_running()) return false;
    gateway_.input(std::move(input));
    return true;
  }

  [[nodiscard]] bool has_seen_enough() const {
    return schedule_.now() >= plan_.least && judge_.events_seen() >= plan_.events_min && faults_.total() >= faults_min;
  }

  [[nodiscard]] bool is_drained() const {
    return sources_.is_done() && yard_.is_done() && judge_.outstanding() == 0 && judge_.is_at_rest();
  }

  /// Corrected times are told at leisure, by nobody who is waited for; a full journal tries again after 30 s.
  void let_revisions_come(Moment end) {
    bool is_over = false;
    schedule_.after(90s, [&is_over] { is_over = true; });
    while (!is_over && complaints_.count() == 0) CHARGEHOOK_ASSERT(schedule_.step());
    while (!is_drained() && complaints_.count() == 0 && schedule_.now() < end) CHARGEHOOK_ASSERT(schedule_.step());
  }

  void start_clock() {
    switch_on(random_.between(Moment{5s}, Moment{60s}));
    schedule_.after(random_.between(Moment{1s}, Moment{60s}), [this] { jump_clock(); });
  }

  /// @param took until the gateway is started
  void switch_on(Moment took) {
    clock_.boot(random_, took);
    judge_.times().machine_began();
    const auto kind = random_.below(1000);
    if (healed_ || kind >= 500) return set_clock();
    if (kind < 300) {
      faults_.note(Fault::clock_starts_1970);
      clock_.set(model::WallTime{random_.between(Moment{0}, Moment{1h})}, model::TimeQuality::unknown);
    } else {
      faults_.note(Fault::clock_starts_stale);
      clock_.set(clock_.true_time() - random_.between(Moment{1h}, Moment{200 * 24h}), model::TimeQuality::unknown);
    }
    schedule_.after(random_.between(Moment{1s}, Moment{30s}), [this, boot = clock_.boots()] {
      if (clock_.boots() == boot) set_clock();
    });
  }

  void set_clock() {
    clock_.set(clock_.true_time(), model::TimeQuality::synced);
    judge_.times().clock_is_known(clock_.error().count());
  }

  void jump_clock() {
    if (healed_) return;
    const bool forward = random_.per_mille(500);
    faults_.note(forward ? Fault::clock_jumps_forward : Fault::clock_jumps_back);
    const Moment by = random_.between(Moment{1s}, Moment{400 * 24h});
    clock_.jump(forward ? by : -by);
    if (clock_.is_known()) judge_.times().clock_is_known(clock_.error().count());
    trace("the clock jumps");
    schedule_.after(random_.between(Moment{5s}, Moment{120s}), [this] { jump_clock(); });
  }

  void start_gateway() {
    trace("start");
    ++runs_;
    gateway_.start(configuration_);
  }

  void gateway_ended(Ending ending) {
    trace("end " + std::to_string(static_cast<int>(ending)));
    judge_.run_ended();
    sources_.run_ended();
    yard_.run_ended();
    yard_.journal_is_well(true);
    held_.look_again();
    if (ending == Ending::refused_to_start) complaints_.say("does not start: " + last_line_);
    inspect_store(ending);
    if (stopped_for_good_) return;
    Moment pause = random_.between(Moment{100ms}, Moment{3s});
    if (ending == Ending::power_cut) {
      pause += 5s;
      switch_on(Moment{5s});
    }
    schedule_.after(pause, [this] { start_gateway(); });
  }

  /// What a killed process leaves lies partly in the page cache: only after a power cut, and after a stop in order, is
  /// what the file shows what the disk has.
  void inspect_store(Ending ending) {
    const bool is_settled = ending == Ending::power_cut || ending == Ending::stopped;
    const std::string folder = folder_.path() + "/journal";
    if (gateway_.was_full()) store_judge_.points_may_be_missing();
    if (is_settled && std::filesystem::exists(folder + "/data.mdb")) store_judge_.inspect(folder);
  }

  void plan_crash() {
    schedule_.after(random_.between(plan_.crash_every / 2, plan_.crash_every * 3 / 2), [this] {
      if (healed_) return;
      crash();
      plan_crash();
    });
  }

  void plan_apply() {
    schedule_.after(random_.between(plan_.apply_every / 2, plan_.apply_every * 3 / 2), [this] {
      if (healed_) return;
      configuration_ = random_.pick(depot_configurations());
      faults_.note(Fault::configuration_changed);
      give(core::ConfigReady{configuration_, "operator", core::nobody});
      plan_apply();
    });
  }

  void crash() {
    if (!gateway_.is_running()) return;
    switch (random_.below(4)) {
      case 0:
        faults_.note(Fault::stopped_in_order);
        return gateway_.stop();
      case 1:
        faults_.note(Fault::process_killed);
        return gateway_.kill();
      default:
        faults_.note(Fault::power_cut_idle);
        return gateway_.cut_power();
    }
  }

  void heal() {
    trace("everything heals");
    healed_ = true;
    gateway_.mood = {};
    lossy_disk().mend();
    receivers_.heal();
    sources_.finish();
    yard_.finish();
    meter_.finish();
  }

  /// In order, so that the last store is judged too.
  void stop_for_good() {
    stopped_for_good_ = true;
    gateway_.stop();
    while (gateway_.is_running()) CHARGEHOOK_ASSERT(schedule_.step());
  }

  Verdict verdict() {
    return {complaints_.kept(),
            complaints_.count(),
            digest_.value(),
            judge_.events_seen(),
            sources_.accepted(),
            runs_,
            store_judge_.points_seen(),
            std::chrono::duration<double>(schedule_.now()).count(),
            faults_};
  }

  Options options_;
  Random random_;
  FaultCounts faults_;
  Digest digest_;
  TemporaryFolder folder_;
  DiskOfAWorld disk_;
  Plan plan_;
  Schedule schedule_;
  Clock clock_{schedule_};
  Complaints complaints_;
  HeldFiles held_{folder_.path(), complaints_};
  DeliveryJudge judge_{depot_wishes(), complaints_, &held_};
  StoreJudge store_judge_{judge_, complaints_, &held_};
  core::ConfigPtr configuration_ = depot_configurations().front();
  Gateway gateway_;
  Receivers receivers_;
  RelayJudge relay_judge_{complaints_};
  Sources sources_;
  Yard yard_;
  Meter meter_;
  std::string last_line_;
  std::uint64_t runs_ = 0;
  bool healed_ = false;
  bool stopped_for_good_ = false;
};

}  // namespace

Verdict simulate(const Options& options) { return World{options}.run(); }

}  // namespace chargehook::simulation
