/// What a look at a store has found, told line by line by the process that looks: should that process die of a damaged
/// page, what it has told so far is known, and its death is an answer too. Pure; any thread.
///
///   W                          all of the store is looked at, and not only the ends of its logs
///   P <records> <total> <rows> so far
///   F <harm> <where> TAB <what>
///   R <code> TAB <words>       the store is not looked at, and why
///   E                          the end: all has been looked at
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "journal/verify/finding.hpp"

namespace chargehook::journal {

struct Examination {
  bool is_whole = false;
  bool is_complete = false;
  std::uint64_t records_seen = 0;
  std::uint64_t records_total = 0;  ///< about
  std::uint64_t rows_seen = 0;      ///< outside the logs
  Findings findings;
  std::string refusal_code;  ///< "no_store", "locked", "not_a_store", "format", "io", or empty
  std::string refusal;       ///< in words
};

[[nodiscard]] std::string whole_line();
[[nodiscard]] std::string progress_line(std::uint64_t records_seen, std::uint64_t records_total,
                                        std::uint64_t rows_seen);
[[nodiscard]] std::string finding_line(const Finding& finding);
[[nodiscard]] std::string refusal_line(std::string_view code, std::string_view words);
[[nodiscard]] std::string end_line();

/// Takes one line without its end. Others than the above are ignored.
void read_line(std::string_view line, Examination& examination);

/// How the process that looked came to its end.
struct ChildEnd {
  enum class Kind : std::uint8_t {
    exited,
    signalled,    ///< `number` is the signal
    silent,       ///< said nothing for so long that it was ended
    not_started,  ///< `number` is the errno
  };
  Kind kind = Kind::exited;
  int number = 0;
};

/// Whether somebody else ended it, an operator or a kernel out of memory: that says nothing about the store.
[[nodiscard]] bool is_ended_by_others(const ChildEnd& end);

/// What a start does with the store.
struct Verdict {
  enum class Kind : std::uint8_t {
    sound,    ///< goes on with it; bad records are passed over
    replace,  ///< puts it aside, and begins another with what can be read of it
    refuse,   ///< does not touch it
  };
  Kind kind = Kind::sound;
  std::string why;  ///< in words, but for a sound store without findings
};
[[nodiscard]] Verdict judge(const Examination& examination, const ChildEnd& end);

/// Adds the finding that a death is, so that who shows findings shows it too.
void note_end(const ChildEnd& end, Examination& examination);

}  // namespace chargehook::journal
