/// The inside of the core: its parts, and one handler per kind of input. Private to this folder:
/// core.cpp makes it and steps it, sources.cpp takes what comes in, results.cpp what the store and the receivers
/// answer, configuration.cpp a new one, retention.cpp lets records go, time.cpp knows what time it is, status.cpp
/// tells.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/configuration/endpoint_numbers.hpp"
#include "core/core.hpp"
#include "core/flash_wear.hpp"
#include "core/gateway_events.hpp"
#include "core/intake/admission.hpp"
#include "core/intake/imports.hpp"
#include "core/intake/repetitions.hpp"
#include "core/intake/waiters.hpp"
#include "core/reads.hpp"
#include "core/retention/eviction.hpp"
#include "core/retention/eviction_plan.hpp"
#include "core/retention/gap_table.hpp"
#include "core/retention/held_billing.hpp"
#include "core/retention/outlook.hpp"
#include "core/retention/retention_schedule.hpp"
#include "core/store_check.hpp"
#include "core/time/clock_keeper.hpp"
#include "core/time/time_revisions.hpp"
#include "delivery/streams.hpp"
#include "journal/intake.hpp"
#include "ocpp/sessions.hpp"
#include "pipeline/pipeline.hpp"

namespace chargehook::core {

using model::EventClass;
using model::Now;

/// Under which the level of pressure lies that was told last.
inline constexpr std::string_view pressure_key = "gateway/pressure";
[[nodiscard]] journal::PressureLevel remembered_pressure(const std::map<std::string, std::string>& kv);

/// Last stored sequence of each class.
[[nodiscard]] Sequences ends_of(const journal::Intake& intake);

/// Numbers of WaiterKind::time.
inline constexpr std::uint64_t mark_waiter = 1;
inline constexpr std::uint64_t revision_waiter = 2;

/// Number of WaiterKind::import.
inline constexpr std::uint64_t import_waiter = 1;

/// Who sends, by a configuration.
[[nodiscard]] delivery::Sender sender_of(const ConfigGeneration& config, const CoreOptions& options);

/// The proxy's part of a generation, which it keeps alive.
[[nodiscard]] std::shared_ptr<const ocpp::OcppConfig> ocpp_config_of(const ConfigPtr& config);

/// A set of endpoints whose entry is on its way to the disk.
struct NewSet {
  bool has_new_streams = false;
  std::optional<Release> answer;
};

/// Deliveries that will not be, since start: an event counts once for each endpoint that it was meant for.
struct LossCounters {
  std::uint64_t evicted = 0;
  std::uint64_t expired = 0;
};

struct Core::Impl {
  Impl(ConfigPtr first_config, journal::StoredState stored, CoreOptions given, const Now& started);

  void handle(const Now& now, EventSeen& input, Outputs& out);
  void handle(const Now& now, ReadingsSeen& input, Outputs& out);
  void handle(const Now& now, OcppSeen& input, Outputs& out);
  void handle(const Now& now, CommitDone& input, Outputs& out);
  void handle(const Now& now, ReopenDone& input, Outputs& out);
  void handle(const Now& now, RecordsRead& input, Outputs& out);
  void handle(const Now& now, StoreWalked& input, Outputs& out);
  void handle(const Now& now, HeldFileWritten& input, Outputs& out);
  void handle(const Now& now, HeldFilesCounted& input, Outputs& out);
  void handle(const Now& now, AttemptsDone& input, Outputs& out);
  void handle(const Now& now, TimerDue& input, Outputs& out);
  void handle(const Now& now, ConfigReady& input, Outputs& out);
  void handle(const Now& now, ConfigRejected& input, Outputs& out);
  void handle(const Now& now, StatusAsked& input, Outputs& out);
  void handle(const Now& now, FlashSeen& input, Outputs& out);
  void handle(const Now& now, StoreCheckAsked& input, Outputs& out);
  void handle(const Now& now, ClockAccepted& input, Outputs& out);
  void handle(const Now& now, ImportSeen& input, Outputs& out);
  void handle(const Now& now, Stop& input, Outputs& out);

  void begin_with_time(const Now& now);
  void follow_time(const Now& now, Outputs& out);
  void revise_times(const Now& now, Outputs& out);
  void open_gate(const Now& now, bool is_learned_new, Outputs& out);
  void tell_clock_change(const Now& now, Outputs& out);
  void put_state(const Now& now, std::vector<journal::KvPut> puts, journal::Waiter waiter);
  void revisions_read(const Now& now, journal::ReadResult& result);
  void take_endpoints_into_use(const Now& now, model::Event told, std::optional<Release> answer);
  [[nodiscard]] bool answer_repetition(const Repetitions::Seen& seen, Token token, Outputs& out);
  [[nodiscard]] journal::Entry entry_of(const Now& now, ocpp::Entry& derived);
  void give_up_import(const model::Error& error, Outputs& out);
  void forget_ids(Outputs& out, const journal::IntakeOutputs& closing);
  void announce(const Now& now, model::Event event);
  void take(const Now& now, pipeline::PipelineOutputs& made);
  void step_ocpp(const Now& now, ocpp::Input input, Outputs& out);
  void tell_ocpp_of_journal(const Now& now, Outputs& out);
  void refuse_apply(Token token, Outputs& out);
  void tell_what_is_dropped(const ConfigGeneration& next, std::vector<std::string>& lines) const;
  void after_intake(const Now& now, journal::IntakeOutputs& done, Outputs& out);
  void settle(const Now& now, const journal::Settled& settled, Outputs& out);
  void use_new_set(const Now& now, std::uint64_t number, Outputs& out);
  void note_damaged(EventClass event_class, const std::vector<model::Sequence>& damaged, Outputs& out);
  void give_up_store(const std::string& reason, Outputs& out);
  void hand_to_pending(const Now& now, const delivery::WantRecords& want, const journal::ReadResult& result,
                       Outputs& out);
  void hand_to_streams(const Now& now, const journal::Batch& batch, Outputs& out);
  void carry_out(delivery::DeliveryOutputs& wanted, Outputs& out);
  void finish(const Now& now, Outputs& out);
  [[nodiscard]] std::vector<journal::Trim> trims() const;
  [[nodiscard]] StoreSight store_sight() const;
  void retain(const Now& now, Outputs& out);
  [[nodiscard]] std::optional<model::BootTime> next_look() const;
  [[nodiscard]] bool is_worth_it() const;
  void finish_plan(const Now& now, Outputs& out);
  void retain_held_billing(const Now& now, Outputs& out);
  void look_for_held_billing(const Now& now, Outputs& out);
  bool let_go(const Now& now, const EvictionPlan& gone, const std::string& file, Outputs& out);
  void count_loss(const EvictionOrder& order, const EvictionMade& made, const std::string& file, Outputs& out);
  void watch_pressure(const Now& now, Outputs& out);
  void watch_outside_reader(Outputs& out);
  [[nodiscard]] ClassPressure class_pressure(const Now& now, EventClass event_class, const StoreSight& store) const;
  [[nodiscard]] std::uint64_t records_stored() const;

  CoreOptions options;
  ConfigPtr config;
  ClockKeeper clock;
  Now started_at;
  std::string applied_by = "start";
  model::WallTime applied_at;
  bool running_on_last_good;
  std::uint64_t store_id;
  std::vector<std::string> store_notes;  ///< bad parts of the store that the start or a read came upon, in words
  bool store_is_damaged = false;         ///< said once
  GatewayEvents events;
  EndpointNumbers numbers;
  journal::Intake intake;
  pipeline::Pipeline pipeline;
  delivery::Streams streams;
  Reads reads;
  GapTable gaps;
  RetentionSchedule retention;
  EvictionPlan plan{ReadKind::eviction};
  HeldBilling held_billing;
  std::optional<EventClass> evicted_class;  ///< of an eviction that is not known to be durable yet
  std::array<LossCounters, model::event_class_count> losses{};
  Outlook outlook;
  FlashWear flash;
  journal::PressureLevel pressure;  ///< as receivers know it
  bool is_held = false;             ///< by a process that reads the store's file: said in the log
  StoreCheck store_check;
  TimeRevisions revisions;
  delivery::SendGate gate = delivery::SendGate::closed;
  Admission admission;
  Repetitions repetitions;
  Imports imports;
  ocpp::Sessions ocpp_sessions;
  bool ocpp_told_refusing = false;
  std::map<std::uint64_t, NewSet> new_sets;  ///< by the number of their waiter
  std::uint64_t next_set = 1;
  bool stopping = false;
};

}  // namespace chargehook::core
