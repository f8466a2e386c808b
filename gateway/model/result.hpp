/// What a function gives whose failure the outside can cause (wire, disk, peer, configuration file).
/// A failure that only a bug can cause is CHARGEHOOK_ASSERT, which release builds keep.
#pragma once

#include <boost/outcome/basic_result.hpp>
#include <boost/outcome/policy/terminate.hpp>
#include <boost/outcome/try.hpp>
#include <string>

namespace chargehook::model {

/// A failure in words for people: what was expected of whom, and what came instead.
struct Error {
  std::string code;     ///< stable and short, for machines: "short_reply", "E204"
  std::string message;  ///< one sentence, no line break, no secret
};

/// A value or an Error. [[nodiscard]]; looking at the wrong half ends the process.
/// `BOOST_OUTCOME_TRY(auto value, expression)` hands the error on.
template <class T>
using Result = boost::outcome_v2::basic_result<T, Error, boost::outcome_v2::policy::terminate>;

inline auto success() { return boost::outcome_v2::success(); }

/// Ends the process with place and reason: for what only a bug can cause. The supervisor restarts us, the journal
/// remembers.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace chargehook::model

#define CHARGEHOOK_ASSERT(condition) \
  ((condition) ? void(0) : ::chargehook::model::assertion_failed(#condition, __FILE__, __LINE__))
