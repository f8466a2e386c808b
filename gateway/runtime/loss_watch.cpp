#include "runtime/loss_watch.hpp"

#include "runtime/log.hpp"

namespace chargehook::runtime {

std::vector<std::string> LossLog::look(const std::vector<core::AdapterStatus>& adapters) {
  std::vector<std::string> out;
  Losses present;
  for (const auto& adapter : adapters) {
    const auto line = line_of(adapter, present);
    if (!line.empty()) out.push_back(title_of(adapter) + ": " + line);
  }
  losses_ = std::move(present);
  return out;
}

std::string LossLog::line_of(const core::AdapterStatus& adapter, Losses& present) {
  std::string out;
  for (const auto& counter : adapter.losses) {
    const auto key = title_of(adapter) + '\n' + counter.name;
    auto& loss = present[key] = losses_[key];
    if (counter.value < loss.value) loss = {};
    const auto more = counter.value - loss.value;
    if (!look_at(loss, counter.value)) continue;
    out.append(out.empty() ? "" : ", ").append(counter.name).append(" ").append(std::to_string(more));
    out.append(" (").append(std::to_string(counter.value)).append(" since it started)");
  }
  return out;
}

bool LossLog::look_at(Loss& loss, std::uint64_t value) {
  const bool grew = value > loss.value;
  const bool begins = grew && !loss.grows;
  loss.grows = grew;
  loss.value = value;
  if (!begins && !(grew && value / 10 >= loss.said)) return false;
  loss.said = value;
  return true;
}

LossWatch::LossWatch(boost::asio::io_context& io, CoreLoop& loop, Answers& answers, std::chrono::milliseconds interval)
    : loop_(loop), answers_(answers), interval_(interval), timer_(io) {}

void LossWatch::arm() {
  timer_.expires_after(interval_);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    look();
    arm();
  });
}

void LossWatch::look() {
  loop_.ask_status(answers_.expect([this](const core::Release& release) {
    const auto& report = std::get<core::StatusReport>(release.answer);
    for (const auto& line : log_.look(report.adapters)) log(core::LogLevel::warning, line);
  }));
}

}  // namespace chargehook::runtime
