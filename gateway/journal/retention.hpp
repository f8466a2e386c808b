/// How long and how much of each class is kept, and which record is older than that. Pure.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "journal/format/record.hpp"
#include "model/clock.hpp"
#include "model/event.hpp"

namespace chargehook::journal {

/// Of one class. Nothing: as long, or as much, as there is room for.
struct ClassRetention {
  std::optional<std::chrono::seconds> keep;  ///< undelivered records expire when they are older
  std::optional<std::uint64_t> bytes;        ///< its log is cut to this size, oldest first

  bool operator==(const ClassRetention&) const = default;
};

struct RetentionLimits {
  std::chrono::seconds keep_delivered{std::chrono::hours{7 * 24}};  ///< for replay; the first to go when space is short
  std::chrono::seconds billing_hold{
      std::chrono::hours{90 * 24}};  ///< then undelivered billing is carried out to a file
  std::array<ClassRetention, model::event_class_count> classes{
      ClassRetention{}, ClassRetention{}, ClassRetention{}, ClassRetention{std::chrono::hours{30 * 24}, std::nullopt}};

  bool operator==(const RetentionLimits&) const = default;
};

/// A moment on both clocks, as far as each can be known.
struct Cutoff {
  std::uint32_t boot = 0;
  model::BootTime boot_time;            ///< decides for records of the same boot
  std::optional<model::WallTime> wall;  ///< for others; nothing while our clock is not known
};

/// @param boot the store's number of this boot
[[nodiscard]] Cutoff cutoff_before(const model::Now& now, std::uint32_t boot, std::chrono::seconds keep);

/// Whether the record was admitted before. One that cannot be dated is not.
[[nodiscard]] bool is_before(const Record& record, const Cutoff& cutoff);

}  // namespace chargehook::journal
