#include "faults.hpp"

namespace chargehook::simulation {
namespace {

constexpr std::array<std::string_view, fault_kinds> names{"power_cut_before_call",
                                                          "power_cut_after_call",
                                                          "power_cut_idle",
                                                          "power_cut_in_start",
                                                          "power_cut_in_trim",
                                                          "process_killed",
                                                          "killed_in_commit",
                                                          "pages_lost",
                                                          "pages_torn",
                                                          "rename_lost",
                                                          "write_failed",
                                                          "write_failed_done",
                                                          "write_short",
                                                          "write_no_space",
                                                          "sync_failed",
                                                          "sync_failed_done",
                                                          "meta_write_failed",
                                                          "allocation_failed",
                                                          "disk_broken",
                                                          "commit_slow",
                                                          "receiver_down",
                                                          "name_unknown",
                                                          "receiver_error",
                                                          "receiver_refusal",
                                                          "receiver_slow",
                                                          "taken_then_timeout",
                                                          "taken_then_reset",
                                                          "request_lost",
                                                          "answer_lost",
                                                          "source_repeats",
                                                          "source_revises",
                                                          "clock_starts_1970",
                                                          "clock_jumps_forward",
                                                          "clock_jumps_back",
                                                          "meter_silent",
                                                          "charger_gone",
                                                          "csms_gone",
                                                          "csms_refuses",
                                                          "stopped_in_order",
                                                          "configuration_changed",
                                                          "receiver_away",
                                                          "records_evicted",
                                                          "gap_evicted",
                                                          "records_expired",
                                                          "clock_starts_stale",
                                                          "billing_carried_out",
                                                          "held_file_failed",
                                                          "power_cut_in_held_file",
                                                          "event_disliked",
                                                          "refused_passed",
                                                          "others_went_beyond"};

static_assert(!names.back().empty());

}  // namespace

std::string_view name_of(Fault fault) { return names[static_cast<std::size_t>(fault)]; }

}  // namespace chargehook::simulation
