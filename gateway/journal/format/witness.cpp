#include "journal/format/witness.hpp"

#include <charconv>
#include <limits>

#include "model/event_id.hpp"

namespace chargehook::journal {
namespace {

constexpr std::string_view heading = "chargehook journal 1\n";

/// Takes "NAME VALUE\n" off the front of the text.
std::optional<std::uint64_t> take_line(std::string_view& text, std::string_view name, int base) {
  if (!text.starts_with(name) || text.substr(name.size(), 1) != " ") return std::nullopt;
  text.remove_prefix(name.size() + 1);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.starts_with('\n')) return std::nullopt;
  text.remove_prefix(1);
  return value;
}

}  // namespace

std::string encode_witness(const Witness& witness) {
  return std::string{heading} + "store " + model::hex(witness.store_id) + "\nboot " + std::to_string(witness.boot) +
         "\nnext " + std::to_string(witness.next_sequence) + '\n';
}

std::optional<Witness> decode_witness(std::string_view text) {
  if (!text.starts_with(heading)) return std::nullopt;
  text.remove_prefix(heading.size());
  const auto store = take_line(text, "store", 16);
  const auto boot = take_line(text, "boot", 10);
  const auto next = take_line(text, "next", 10);
  const bool is_whole = store && boot && next && text.empty();
  if (!is_whole || *boot > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return Witness{*store, static_cast<std::uint32_t>(*boot), *next};
}

}  // namespace chargehook::journal
