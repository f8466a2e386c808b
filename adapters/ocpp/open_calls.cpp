#include "ocpp/open_calls.hpp"

#include <algorithm>

namespace chargehook::ocpp {

bool OpenCalls::add(std::string_view id, OpenCall call) {
  if (id.size() > id_bytes_max) return false;
  if (auto known = calls_.find(std::string{id}); known != calls_.end()) {
    may_hold_ -= known->second.may_hold ? 1 : 0;
    may_hold_ += call.may_hold ? 1 : 0;
    known->second = std::move(call);
    return true;
  }
  bool all_kept = true;
  if (calls_.size() == calls_max) {
    (void)take(std::string{oldest_first_.front()});
    all_kept = false;
  }
  may_hold_ += call.may_hold ? 1 : 0;
  calls_.emplace(id, std::move(call));
  oldest_first_.emplace_back(id);
  return all_kept;
}

std::optional<OpenCall> OpenCalls::take(std::string_view id) {
  auto known = calls_.find(std::string{id});
  if (known == calls_.end()) return std::nullopt;
  OpenCall call = std::move(known->second);
  may_hold_ -= call.may_hold ? 1 : 0;
  calls_.erase(known);
  oldest_first_.erase(std::find(oldest_first_.begin(), oldest_first_.end(), id));
  return call;
}

}  // namespace chargehook::ocpp
