/// Judges from what sources were told and what receivers saw alone: what was accepted is delivered, under one id and
/// unchanged, in order. Uses no code of the gateway. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "judge/complaints.hpp"
#include "judge/held_files.hpp"
#include "judge/stream_judge.hpp"
#include "judge/time_judge.hpp"

namespace chargehook::simulation {

/// An endpoint that is there from begin to end, and what it has to get: types that begin so.
struct Wish {
  std::string endpoint;
  std::vector<std::string> type_prefixes;
};

class DeliveryJudge {
 public:
  /// @param held what was carried out of the store; without it no billing event may be told to be lost
  DeliveryJudge(std::vector<Wish> wishes, Complaints& complaints, HeldFiles* held = nullptr);

  /// A source hands something in, for the first time or again.
  /// @param reference what it calls it: `data.reference` of its event
  void offered(const std::string& reference, const std::string& type, const std::string& data);
  /// The same of other content under an id that was accepted: it has to be told and delivered under `id`.
  void offered_revision(const std::string& reference, const std::string& type, const std::string& data,
                        const std::string& id);
  /// The source was told that it is kept, under this id. However often it hands it in, it is told the same.
  void accepted(const std::string& reference, const std::string& id, std::uint64_t sequence);
  /// A promise without an id: `reference` as reference_of gives it. Where it was carried out its file says so.
  void promised(const std::string& reference, const std::string& type);

  void attempt_started(std::uint64_t attempt, const std::string& endpoint, std::string_view body);
  /// The receiver has it, whatever the gateway hears of that.
  void attempt_taken(std::uint64_t attempt);
  void attempt_ended(std::uint64_t attempt, bool acknowledged);
  void run_ended();

  /// Everything has had its time: what is missing is lost.
  void close();

  /// Accepted or promised, and not yet with an endpoint that has to get it.
  [[nodiscard]] std::size_t outstanding() const { return missing_.size(); }
  /// Nothing that has begun in a stream that stays is unfinished.
  [[nodiscard]] bool is_at_rest() const;
  [[nodiscard]] std::size_t events_seen() const { return contents_.size(); }
  [[nodiscard]] const StreamJudge* find_stream(const std::string& name) const;

  struct Accepted {
    std::string id;
    std::uint64_t sequence = 0;
    std::string type;
  };
  [[nodiscard]] const std::vector<Accepted>& all_accepted() const { return accepted_; }
  /// Whether every endpoint that wants the type has taken this id, or was told that its sequence is lost.
  [[nodiscard]] bool is_delivered(const Accepted& accepted) const;

  [[nodiscard]] TimeJudge& times() { return times_; }
  /// What an endpoint that stays took under a time that was not known, and never took again with another.
  [[nodiscard]] std::vector<std::string> not_told_again(std::uint64_t sequence, const std::string& id) const;

 private:
  struct Offer {
    std::string type;
    std::string data;
    std::string id;                  ///< under which it was accepted or seen; empty until then
    std::uint64_t highest_told = 0;  ///< when it was handed in for the first time
    std::uint64_t sequence = 0;      ///< under which it was accepted; 0 until then
  };
  /// All of an event that is neither of the stream nor a time.
  struct Content {
    std::string id;
    std::string type;
    std::string subject;
    std::string data;
    [[nodiscard]] std::string text() const { return id + ' ' + type + ' ' + subject + ' ' + data; }
  };
  struct Attempt {
    std::string endpoint;
    std::string stream;
    std::uint64_t n = 0;
    std::string id;
    std::string reference;
    std::uint64_t sequence = 0;
    bool is_time_unknown = false;
    bool is_orphan = false;  ///< of a run that is gone: its receiver may still take it
  };

  [[nodiscard]] bool is_told_carried_out(const std::string& endpoint, const std::string& reference) const;
  void check_content(const WireEvent& event);
  void check_reference(const WireEvent& event);
  void check_once(const WireEvent& event);
  void check_gap(const std::string& endpoint, const WireEvent& event);
  void check_files(const WireEvent& event, const WireGap& gap);
  [[nodiscard]] bool is_told_lost(const std::string& endpoint, const Accepted& accepted) const;
  void check_only_stream(const std::string& endpoint, const WireEvent& event);
  void want(const std::string& reference, const std::string& type);

  std::vector<Wish> wishes_;
  Complaints& complaints_;
  HeldFiles* held_;
  std::map<std::string, Offer> offers_;
  std::map<std::string, std::string> reference_of_id_;
  std::vector<Accepted> accepted_;
  std::uint64_t highest_told_ = 0;
  std::map<std::string, StreamJudge> streams_;
  std::map<std::uint64_t, Attempt> attempts_;  ///< under way
  TimeJudge times_;
  std::map<std::uint64_t, Content> contents_;         ///< by sequence
  std::map<std::uint64_t, std::string> times_known_;  ///< by sequence: the time, where it was known from the first
  std::set<std::pair<std::string, std::uint64_t>> taken_unknown_;  ///< endpoint, sequence: its time was not known
  std::set<std::pair<std::string, std::string>> taken_;            ///< endpoint, reference
  std::set<std::pair<std::string, std::string>> taken_ids_;        ///< endpoint, id
  std::set<std::pair<std::string, std::string>> missing_;          ///< endpoint, reference
  std::map<std::pair<std::string, std::string>, std::string> only_stream_;  ///< of endpoint and class
  std::map<std::string, std::vector<WireGap>> gaps_;                        ///< told, by endpoint
  std::map<std::pair<std::string, std::string>, std::uint64_t> number_of_;  ///< n by stream and id
};

/// The class of what a source hands in, by the table of docs/events.
[[nodiscard]] std::string class_of(const std::string& type);

}  // namespace chargehook::simulation
