#include "receiver/stream_book.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <functional>

namespace chargehook::simulators {
namespace {

std::array<unsigned char, 32> sha256(std::string_view bytes) {
  std::array<unsigned char, 32> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
  return hash;
}

/// h(n) = SHA-256(h(n-1) ‖ n as 8 bytes, most significant first ‖ id)
std::array<unsigned char, 32> next_hash(const std::array<unsigned char, 32>& previous, std::uint64_t n,
                                        std::string_view id) {
  std::string content(reinterpret_cast<const char*>(previous.data()), previous.size());
  for (int shift = 56; shift >= 0; shift -= 8) content += static_cast<char>(n >> shift & 0xff);
  content.append(id);
  return sha256(content);
}

std::string first_16_bytes(const std::array<unsigned char, 32>& hash) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < 16; ++i) {
    text += digits[hash[i] >> 4];
    text += digits[hash[i] & 15];
  }
  return text;
}

/// 64 bits stand for an id, so that ten million deliveries fit in memory. Never 0.
std::uint64_t fingerprint_of(std::string_view id) { return std::hash<std::string_view>{}(id) | 1; }

}  // namespace

Stream::Stream(std::string_view name) : hash_(sha256(name)) {}

Verdict Stream::take(const Place& place) {
  const std::uint64_t fingerprint = fingerprint_of(place.id);
  if (place.n == 0) return Verdict::bad_event;
  if (has(place.n)) return id_at_[place.n - 1] == fingerprint ? Verdict::redelivered : Verdict::number_reused;
  if (!is_patient_ && place.n > complete_to_ + 1 + window) return Verdict::beyond_window;

  remember(place.n, fingerprint);
  const bool is_new = ids_.insert(fingerprint).second;
  std::uint64_t& last = last_of_device_[place.partition_key];
  const bool in_order = place.n > last;
  last = std::max(last, place.n);

  ahead_.emplace(place.n, Link{place.id, place.hash, place.prevhash});
  const bool links_hold = follow_links();
  refused_.erase(place.n);
  is_patient_ = is_patient_ && !(refused_.empty() && ahead_.empty());
  if (!links_hold) return Verdict::broken_link;
  if (!in_order) return Verdict::out_of_order;
  return is_new ? Verdict::good : Verdict::repeated;
}

void Stream::refuse(std::uint64_t n) {
  if (n == 0 || has(n)) return;
  refused_.insert(n);
  is_patient_ = true;
}

void Stream::remember(std::uint64_t n, std::uint64_t fingerprint) {
  if (id_at_.size() < n) id_at_.resize(n);
  id_at_[n - 1] = fingerprint;
}

/// Walks the chain as far as numbers are complete. A link that is wrong is reported once; the walk goes on with what
/// the ids give, so that one wrong link does not condemn all that follow.
bool Stream::follow_links() {
  bool all_hold = true;
  while (!ahead_.empty() && ahead_.begin()->first == complete_to_ + 1) {
    const auto& [n, link] = *ahead_.begin();
    all_hold = is_next_link(n, link) && all_hold;
    complete_to_ = n;
    ahead_.erase(ahead_.begin());
  }
  return all_hold;
}

bool Stream::is_next_link(std::uint64_t n, const Link& link) {
  const bool follows = link.prevhash == first_16_bytes(hash_);
  hash_ = next_hash(hash_, n, link.id);
  return follows && link.hash == first_16_bytes(hash_);
}

Stream& StreamBook::stream(const std::string& name) {
  auto found = streams_.find(name);
  if (found == streams_.end()) found = streams_.emplace(name, Stream{name}).first;
  return found->second;
}

Verdict StreamBook::take(const Place& place) { return stream(place.stream).take(place); }

void StreamBook::refuse(const Place& place) { stream(place.stream).refuse(place.n); }

bool StreamBook::is_complete() const {
  return std::all_of(streams_.begin(), streams_.end(), [](const auto& each) { return each.second.above_hole() == 0; });
}

}  // namespace chargehook::simulators
