#include "core/retention/held_billing.hpp"

#include <memory>
#include <utility>

#include "journal/export_record.hpp"

namespace chargehook::core {

HeldBilling::HeldBilling(std::uint64_t store_id, std::vector<journal::StoreOrigin> origins, journal::HeldFolder folder)
    : store_id_(store_id), origins_(std::move(origins)) {
  status_.folder = std::move(folder);
}

void HeldBilling::begin(const EvictionOrder& order) {
  plan_.begin(order);
  step_ = Step::reading;
}

std::optional<journal::HeldFile> HeldBilling::want_file(const model::BootClocks& clocks) {
  if (step_ != Step::reading || !plan_.is_complete()) return std::nullopt;
  if (plan_.records() == 0) {
    nothing_is_held();
    end();
    return std::nullopt;
  }
  step_ = Step::writing;
  path_ = journal::held_path(store_id_, plan_.first());
  return journal::HeldFile{path_, std::make_shared<const std::string>(lines(clocks))};
}

std::string HeldBilling::lines(const model::BootClocks& clocks) const {
  std::string text;
  text.reserve(2 * plan_.bytes());
  for (const auto& record : plan_.whole()) {
    auto line = journal::line_of(*record, giver_of(record->sequence, origins_, store_id_), clocks);
    line.carried_out = true;
    text += to_text(line) + '\n';
  }
  return text;
}

bool HeldBilling::file_written(const journal::HeldFileResult& result) {
  if (step_ != Step::writing || result.path != path_) return false;
  status_.problem = result.reason;
  if (result.reason.empty()) {
    status_.folder.files = result.files;
    step_ = Step::durable;
    return false;
  }
  end();
  return true;
}

void HeldBilling::gone() {
  status_.events += plan_.items().size();
  end();
}

void HeldBilling::end() {
  plan_.abandon();
  step_ = Step::reading;
}

}  // namespace chargehook::core
