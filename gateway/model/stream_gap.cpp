#include "model/stream_gap.hpp"

#include <algorithm>
#include <iterator>

namespace chargehook::model {
namespace {

void name_device(StreamGap& gap, const std::string& device) {
  const auto place = std::ranges::lower_bound(gap.devices, device);
  if (place != gap.devices.end() && *place == device) return;
  if (gap.devices.size() >= gap_devices_max) {
    gap.more_devices = true;
    return;
  }
  gap.devices.insert(place, device);
}

void widen_time(StreamGap& gap, WallTime first, WallTime last) {
  const bool is_empty = gap.first == WallTime{};
  gap.first = is_empty ? first : std::min(gap.first, first);
  gap.last = is_empty ? last : std::max(gap.last, last);
}

void widen_sequences(StreamGap& gap, Sequence first, Sequence last) {
  const bool is_empty = gap.from_sequence == 0;
  gap.from_sequence = is_empty ? first : std::min(gap.from_sequence, first);
  gap.to_sequence = std::max(gap.to_sequence, last);
}

void name_files(StreamGap& gap, const std::vector<std::string>& earlier) {
  gap.files.insert(gap.files.end(), earlier.begin(), earlier.end());
  std::ranges::sort(gap.files);
  if (gap.files.size() <= gap_files_max) return;
  gap.files.erase(gap.files.begin(), gap.files.end() - static_cast<std::ptrdiff_t>(gap_files_max));
}

/// The oldest become one first: the newest are those that a receiver still looks into.
void keep_few(std::vector<LostRange>& ranges) {
  while (ranges.size() > lost_ranges_max) {
    ranges[1].from_n = ranges[0].from_n;
    ranges[1].before = ranges[0].before;
    ranges.erase(ranges.begin());
  }
}

}  // namespace

void add_lost(StreamGap& gap, std::uint64_t n, const ChainHash& before, const ChainHash& after) {
  if (!gap.ranges.empty() && gap.ranges.back().to_n + 1 == n) {
    gap.ranges.back().to_n = n;
    gap.ranges.back().after = after;
    return;
  }
  gap.ranges.push_back({n, n, before, after});
  keep_few(gap.ranges);
}

void add_lost_event(StreamGap& gap, const Event& event, Sequence sequence) {
  widen_time(gap, event.time, event.time);
  widen_sequences(gap, sequence, sequence);
  ++gap.events;
  ++gap.types[event.type];
  name_device(gap, event.partition_key);
}

void take_in(StreamGap& gap, const StreamGap& earlier) {
  if (earlier.first != WallTime{}) widen_time(gap, earlier.first, earlier.last);
  widen_sequences(gap, earlier.from_sequence, earlier.to_sequence);
  gap.events += earlier.events;
  for (const auto& [type, count] : earlier.types) gap.types[type] += count;
  for (const auto& device : earlier.devices) name_device(gap, device);
  gap.more_devices = gap.more_devices || earlier.more_devices;
  name_files(gap, earlier.files);
  std::vector<LostRange> all;
  const auto by_n = [](const LostRange& a, const LostRange& b) { return a.from_n < b.from_n; };
  std::ranges::merge(earlier.ranges, gap.ranges, std::back_inserter(all), by_n);
  gap.ranges.clear();
  for (const auto& range : all) {
    if (!gap.ranges.empty() && range.from_n <= gap.ranges.back().to_n + 1) {
      if (range.to_n <= gap.ranges.back().to_n) continue;
      gap.ranges.back().to_n = range.to_n;
      gap.ranges.back().after = range.after;
    } else {
      gap.ranges.push_back(range);
    }
  }
  keep_few(gap.ranges);
}

}  // namespace chargehook::model
