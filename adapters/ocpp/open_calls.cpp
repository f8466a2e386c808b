#include "ocpp/open_calls.hpp"

#include <algorithm>

namespace chargehook::ocpp {

bool OpenCalls::add(std::string_view id, OpenCall call) {
  if (id.size() > id_bytes_max) return false;
  if (auto known = calls_.find(std::string{id}); known != calls_.end()) {
    known->second = std::move(call);
    return true;
  }
  bool all_kept = true;
  if (calls_.size() == calls_max) {
    calls_.erase(oldest_first_.front());
    oldest_first_.pop_front();
    all_kept = false;
  }
  calls_.emplace(id, std::move(call));
  oldest_first_.emplace_back(id);
  return all_kept;
}

std::optional<OpenCall> OpenCalls::take(std::string_view id) {
  auto known = calls_.find(std::string{id});
  if (known == calls_.end()) return std::nullopt;
  OpenCall call = std::move(known->second);
  calls_.erase(known);
  oldest_first_.erase(std::find(oldest_first_.begin(), oldest_first_.end(), id));
  return call;
}

}  // namespace chargehook::ocpp
