#include "judge/held_files.hpp"

#include <sys/stat.h>
#include <xxhash.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "judge/wire_event.hpp"

namespace chargehook::simulation {
namespace {

constexpr std::string_view folder = "held-billing";
constexpr std::string_view sequence_lead = R"(,"sequence":)";
constexpr std::string_view data_lead = R"(,"data":{)";
constexpr std::string_view check_lead = R"(,"check":")";

bool is_checked(std::string_view line) {
  const auto at = line.rfind(check_lead);
  if (at == std::string_view::npos) return false;
  std::array<char, 20> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(XXH3_64bits(line.data(), at)));
  return line.substr(at + check_lead.size()) == std::string{digits.data()} + "\"}";
}

}  // namespace

std::optional<HeldLine> read_held_line(std::string_view line) {
  const auto at = line.find(sequence_lead);
  if (!is_checked(line) || at == std::string_view::npos ||
      line.find(R"(,"carriedout":true,)") == std::string_view::npos || text_member(line, "class") != "billing") {
    return std::nullopt;
  }
  HeldLine read;
  std::from_chars(line.data() + at + sequence_lead.size(), line.data() + line.size(), read.sequence);
  read.id = text_member(line, "id");
  if (read.sequence == 0 || read.id.empty()) return std::nullopt;
  WireEvent event;
  event.type = text_member(line, "type");
  event.partition_key = text_member(line, "partitionkey");
  const auto data = line.find(data_lead);
  if (data != std::string_view::npos) event.data = line.substr(data);
  read.reference = reference_of(event);
  return read;
}

bool HeldFiles::is_there(const std::string& path) {
  read_all();
  const auto found = files_.find(path);
  return found != files_.end() && !found->second.lines.empty();
}

/// One that is not known may lie in a file that came since.
bool HeldFiles::holds(std::uint64_t sequence, std::string_view id) {
  const auto is_known = [&] {
    const auto found = id_of_.find(sequence);
    return found != id_of_.end() && found->second == id;
  };
  if (!is_known()) read_all();
  return is_known();
}

std::uint64_t HeldFiles::sequence_of(const std::string& reference) const {
  const auto found = sequence_of_.find(reference);
  return found == sequence_of_.end() ? 0 : found->second;
}

std::size_t HeldFiles::count(std::uint64_t from, std::uint64_t to) {
  read_all();
  std::size_t lines = 0;
  for (auto line = id_of_.lower_bound(from); line != id_of_.end() && line->first <= to; ++line) ++lines;
  return lines;
}

void HeldFiles::read_all() {
  bool is_changed = std::exchange(is_doubtful_, false);
  if (is_changed) files_.clear();
  for (auto& [path, file] : files_) file.is_there = false;
  std::error_code unused;  // no folder, no files
  for (const auto& entry : std::filesystem::directory_iterator(data_ + '/' + std::string{folder}, unused)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".jsonl")) is_changed |= look(std::string{folder} + '/' + name);
  }
  is_changed |= std::erase_if(files_, [](const auto& entry) { return !entry.second.is_there; }) > 0;
  if (is_changed) gather();
}

/// @return whether it is new or another than it was
bool HeldFiles::look(const std::string& path) {
  struct stat status {};
  if (::stat((data_ + '/' + path).c_str(), &status) != 0) return false;
  const HeldStamp stamp{status.st_ino, static_cast<std::uint64_t>(status.st_size),
                        status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
  const auto [found, is_new] = files_.try_emplace(path);
  found->second.is_there = true;
  if (!is_new && found->second.stamp == stamp) return false;
  found->second.stamp = stamp;
  found->second.lines = read(path);
  return true;
}

std::vector<HeldLine> HeldFiles::read(const std::string& path) {
  std::ifstream file{data_ + '/' + path};
  std::vector<HeldLine> lines;
  std::uint64_t before = 0;
  for (std::string line; std::getline(file, line);) {
    auto read = read_held_line(line);
    if (!read || read->sequence <= before || file.eof()) {
      complaints_.say(path + ": not a sound line, or not in order: " + line.substr(0, 200));
      break;
    }
    before = read->sequence;
    lines.push_back(std::move(*read));
  }
  return lines;
}

void HeldFiles::gather() {
  id_of_.clear();
  sequence_of_.clear();
  for (const auto& [path, file] : files_) {
    for (const auto& line : file.lines) {
      id_of_[line.sequence] = line.id;
      if (!line.reference.empty()) sequence_of_[line.reference] = line.sequence;
    }
  }
}

}  // namespace chargehook::simulation
