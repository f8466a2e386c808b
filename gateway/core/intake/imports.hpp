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

class Imports {
 public:
  /// @param origins the oldest first
  Imports(std::uint64_t store_id, std::vector<journal::StoreOrigin> origins,
          const std::vector<journal::ImportedRow>& stored, std::size_t rows_max = journal::imported_rows_max);

  /// A chunk is sorted out, and its entry is not durable yet; it has to end before the next begins.
  [[nodiscard]] bool is_under_way() const { return under_way_.has_value(); }

  /// @param next above all sequences that this store has given
  /// @return the events that are new, and what `imported` says with them. Without events there is nothing to commit
  [[nodiscard]] journal::Entry begin(ImportSeen chunk, model::Sequence next);

  /// The entry is durable, or there was nothing to commit. @return the answer
  [[nodiscard]] Release done();

  /// The entry was not taken: as if the chunk had not come. @return who waits for it
  [[nodiscard]] Token give_up();

 private:
  /// What a line is about: the range of its store in which it is the one event.
  struct Place {
    journal::ImportedRow range;
    [[nodiscard]] journal::Origin identity() const { return {range.store_id, range.to}; }
  };
  struct UnderWay {
    Token token = nobody;
    Imported answer;
    journal::ImportedRanges::Changes changes;
  };

  [[nodiscard]] static Place place_of(const journal::ExportLine& line);
  [[nodiscard]] std::optional<std::string> why_not(const Place& place, model::Sequence next) const;
  [[nodiscard]] bool is_here(const journal::Origin& identity) const;
  void take(LineToImport line, model::Sequence next, journal::Entry& entry);

  std::uint64_t store_id_;
  std::vector<journal::StoreOrigin> origins_;
  journal::ImportedRanges ranges_;
  std::size_t rows_max_;
  std::optional<UnderWay> under_way_;
};

}  // namespace chargehook::core
