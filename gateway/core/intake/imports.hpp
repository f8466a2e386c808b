/// What is imported from files that other stores have written: which of their events are here already, and what is to
/// be committed with those that are not, so that each is taken once however often a file comes.
/// A chunk of lines at a time. Owner: Core. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/outputs.hpp"
#include "journal/format/origin_row.hpp"
#include "journal/imported_ranges.hpp"
#include "journal/intake.hpp"

namespace chargehook::core {

/// What of its own a store may have.
struct StoreReach {
  model::Sequence next = 0;           ///< above all sequences that it has given
  model::Sequence billing_floor = 0;  ///< billing up to here is gone from it
};

class Imports {
 public:
  /// @param origins the oldest first
  Imports(std::uint64_t store_id, std::vector<journal::StoreOrigin> origins,
          const std::vector<journal::ImportedRow>& stored, std::size_t rows_max = journal::imported_rows_max);

  /// A chunk is sorted out, and its entry is not durable yet; it has to end before the next begins.
  [[nodiscard]] bool is_under_way() const { return under_way_.has_value(); }

  /// @param reach of this store at the moment
  /// @return the events that are new, and what `imported` says with them. Without events there is nothing to commit
  [[nodiscard]] journal::Entry begin(ImportSeen chunk, const StoreReach& reach);

  /// The entry is durable, or there was nothing to commit. @return the answer
  [[nodiscard]] Release done();

  /// The entry was not taken: as if the chunk had not come. @return who waits for it
  [[nodiscard]] Token give_up();

 private:
  /// What a line is about: the range of its store in which it is the one event.
  struct Place {
    journal::ImportedRow range;
    journal::Origin origin;   ///< where it was first admitted
    bool comes_back = false;  ///< this store let it go into the file
    [[nodiscard]] journal::Origin identity() const { return {range.store_id, range.to}; }
  };
  struct UnderWay {
    Token token = nobody;
    Imported answer;
    journal::ImportedRanges::Changes changes;
  };

  [[nodiscard]] bool is_own(const journal::Origin& identity) const;
  [[nodiscard]] bool comes_back(const journal::ExportLine& line, model::Sequence billing_floor) const;
  [[nodiscard]] Place place_of(const journal::ExportLine& line, model::Sequence billing_floor) const;
  [[nodiscard]] std::optional<std::string> why_not(const Place& place, model::Sequence next) const;
  [[nodiscard]] bool is_here(const Place& place) const;
  void take(LineToImport line, const StoreReach& reach, journal::Entry& entry);

  std::uint64_t store_id_;
  std::vector<journal::StoreOrigin> origins_;
  journal::ImportedRanges ranges_;
  std::size_t rows_max_;
  std::optional<UnderWay> under_way_;
};

}  // namespace chargehook::core
