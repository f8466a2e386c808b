/// Rows of a damaged store that name its records, as the store that goes on from it has them: what was lost and to whom
/// it is told, and which ids are known. Pure; any thread.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "journal/verify/salvage.hpp"

namespace chargehook::journal {

/// Where the records of a damaged store are in the one that goes on.
class NewPlaces {
 public:
  /// @param records   of Salvage; has to outlive this
  /// @param first_new sequence of the first of them; the others follow without a hole
  NewPlaces(const std::vector<RecordPlace>& records, model::Sequence first_new)
      : records_(records), first_new_(first_new) {}

  /// Its sequence stays unused.
  void note_unreadable(model::Sequence old) { unreadable_.insert(old); }

  /// @return nothing: it is not carried over
  [[nodiscard]] std::optional<model::Sequence> of(model::Sequence old) const;

 private:
  const std::vector<RecordPlace>& records_;
  model::Sequence first_new_;
  std::set<model::Sequence> unreadable_;
};

/// Those whose event is carried over or was trimmed for certain. Where it is lost, or may be, the row goes: a source
/// that hands the event in again brings it back.
[[nodiscard]] std::vector<IdRow> carried_ids(const Salvage& salvage, const NewPlaces& places);

/// Of each class what is not told yet: the rows there were, and one of all that is not found again if an open stream
/// had it before it. An event that told of a loss and is lost itself counts as none: its notice names event 0.
[[nodiscard]] std::vector<GapRow> carried_gaps(const Salvage& salvage, const NewPlaces& places);

}  // namespace chargehook::journal
