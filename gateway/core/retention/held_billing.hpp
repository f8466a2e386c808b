/// Undelivered billing that is held no longer, on its way into a file: reads the piece, wants it written, and says when
/// its records may go. Nothing of it goes before its file is durable; one that cannot be written leaves all as it is.
/// Decides; touches nothing. Owner: Core. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/retention/eviction_plan.hpp"
#include "journal/format/origin_row.hpp"
#include "journal/held_file.hpp"
#include "model/boot_clocks.hpp"

namespace chargehook::core {

struct HeldBillingStatus {
  journal::HeldFolder folder;
  std::uint64_t events = 0;  ///< carried out since start
  std::string problem;       ///< why the last file could not be written, in words with its path; or empty
};

class HeldBilling {
 public:
  /// @param origins the oldest first
  HeldBilling(std::uint64_t store_id, std::vector<journal::StoreOrigin> origins, journal::HeldFolder folder);

  void begin(const EvictionOrder& order);
  [[nodiscard]] bool is_idle() const { return plan_.is_idle(); }

  /// Nothing is held for too long: what could not be written need not be any more.
  void nothing_is_held() { status_.problem.clear(); }

  [[nodiscard]] std::optional<journal::ReadRequest> want_read(const model::Now& now) { return plan_.want_read(now); }
  void records_read(const model::Now& now, const journal::ReadResult& result) { plan_.records_read(now, result); }
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const { return plan_.next_deadline(); }

  /// What has to be written, once for each piece. A piece of which nothing is old enough ends here.
  /// @param clocks times in the file are as receivers would get them
  [[nodiscard]] std::optional<journal::HeldFile> want_file(const model::BootClocks& clocks);

  /// @return whether the piece is given up, because its file could not be written
  [[nodiscard]] bool file_written(const journal::HeldFileResult& result);

  void counted(std::size_t files) { status_.folder.files = files; }

  /// The file is durable: its records may go.
  [[nodiscard]] bool may_go() const { return step_ == Step::durable; }

  // While it may go.
  [[nodiscard]] const EvictionPlan& plan() const { return plan_; }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Its records go with the next batch.
  void gone();

  [[nodiscard]] const HeldBillingStatus& status() const { return status_; }

 private:
  enum class Step : std::uint8_t { reading, writing, durable };

  [[nodiscard]] std::string lines(const model::BootClocks& clocks) const;
  void end();

  std::uint64_t store_id_;
  std::vector<journal::StoreOrigin> origins_;
  EvictionPlan plan_{ReadKind::held};
  Step step_ = Step::reading;
  std::string path_;  ///< of the file, once it is wanted
  HeldBillingStatus status_;
};

}  // namespace chargehook::core
