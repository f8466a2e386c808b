#include "core/reads.hpp"

#include <algorithm>

#include "core/read_ids.hpp"
#include "model/result.hpp"

namespace chargehook::core {

using namespace std::chrono_literals;

namespace {

journal::ReadRequest request_of(std::uint64_t id, const delivery::WantRecords& want) {
  journal::ReadRequest request;
  request.id = make_read_id(want.pending_n == 0 ? ReadKind::stream : ReadKind::pending, id);
  request.event_class = want.stream.event_class;
  request.after = want.after;
  request.records_max = std::clamp(want.room, 1U, request.records_max);
  return request;
}

}  // namespace

journal::ReadRequest Reads::start(const delivery::WantRecords& want) {
  const auto id = next_++;
  under_way_.emplace(id, UnderWay{want, std::nullopt});
  return request_of(id, want);
}

delivery::WantRecords Reads::finish(const model::Now& now, const journal::ReadResult& result) {
  const auto found = under_way_.find(number_of(result.id));
  CHARGEHOOK_ASSERT(found != under_way_.end());
  const auto want = found->second.want;
  if (result.reason.empty()) {
    under_way_.erase(found);
  } else {
    found->second.again = now.boot + 1s;
  }
  return want;
}

void Reads::ask_again(const model::Now& now, std::vector<journal::ReadRequest>& out) {
  for (auto& [id, read] : under_way_) {
    if (!read.again || *read.again > now.boot) continue;
    read.again.reset();
    out.push_back(request_of(id, read.want));
  }
}

std::optional<model::BootTime> Reads::next_deadline() const {
  std::optional<model::BootTime> earliest;
  for (const auto& [id, read] : under_way_) model::keep_earlier(earliest, read.again);
  return earliest;
}

}  // namespace chargehook::core
