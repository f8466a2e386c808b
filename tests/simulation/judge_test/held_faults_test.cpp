/// The judge has to notice billing that was carried out and does not lie in a sound file.
#include <doctest/doctest.h>
#include <stdlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "court.hpp"

namespace chargehook::simulation {
namespace {

/// A folder of held billing with a file of the first two of the story.
class HeldFolder {
 public:
  HeldFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "chargehook-held-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    std::filesystem::create_directory(path_ + "/held-billing");
    write({"evt_1", "evt_2"});
  }
  HeldFolder(const HeldFolder&) = delete;
  HeldFolder& operator=(const HeldFolder&) = delete;
  ~HeldFolder() { std::filesystem::remove_all(path_); }

  static std::string line(const std::string& id, const std::string& number,
                          const std::string& type = "payment.completed", const std::string& rest = {}) {
    std::string text = R"({"store":"00000000000000ab","sequence":10)" + number +
                       R"(,"previous":0,"carriedout":true,"class":"billing","type":")" + type + R"(","id":")" + id +
                       "\"" + rest;
    std::array<char, 20> check{};
    std::snprintf(check.data(), check.size(), "%016llx", static_cast<unsigned long long>(hash_of_text(text)));
    return text + R"(,"check":")" + check.data() + "\"}";
  }
  void write(const std::vector<std::string>& ids) const {
    std::ofstream file{path_ + "/" + name};
    for (const auto& id : ids) file << line(id, id.substr(4)) << '\n';
  }
  /// The end of a session, as number 6.
  void write_session() const {
    std::ofstream file{path_ + "/held-billing/b.jsonl"};
    file << line("evt_6", "6", "session.ended", R"(,"partitionkey":"charger/CP-1","data":{"transaction":{"id":"7"}})")
         << '\n';
  }
  [[nodiscard]] const std::string& path() const { return path_; }

  static constexpr const char* name = "held-billing/a.jsonl";

 private:
  std::string path_;
};

/// The first two are carried out, and the endpoint is told so in number 5.
void tell_carried_out(Court& court, const std::string& files, const std::string& reason) {
  constexpr std::uint64_t attempt = 99;
  const auto all = story();
  const Sent& last = all.back();
  const Link link = next_link(last.link, 5, "evt_5");
  const auto hex = [](const Link& whole) {
    std::string out;
    for (const unsigned byte : whole) {
      std::array<char, 3> two{};
      std::snprintf(two.data(), two.size(), "%02x", byte);
      out += two.data();
    }
    return out;
  };
  court.deliveries.attempt_started(
      attempt, "billing",
      R"({"id":"evt_5","type":"io.chargehook.delivery.gap","subject":"endpoint/billing","time":"t",)"
      R"("recordedtime":"t","partitionkey":"endpoint/billing","eventclass":"billing","stream":")" +
          stream + R"(","sequence":"105","n":"5","hash":")" + sent_form(link) + R"(","prevhash":")" +
          sent_form(last.link) + R"(","data":{"reason":")" + reason + R"(","class":"billing","stream":")" + stream +
          R"(","from_n":"1","to_n":"2","ranges":[{"from_n":"1","to_n":"2","hash_before":")" + hex(first_link(stream)) +
          R"(","hash_after":")" + hex(all[1].link) + R"("}],"from_sequence":"101","to_sequence":"102","events":2)" +
          files + "}}");
  court.deliveries.attempt_taken(attempt);
  court.deliveries.attempt_ended(attempt, true);
}

/// The last two come, the first two are told to be carried out.
void carry_out(Court& court, const std::string& files = R"(,"files":["held-billing/a.jsonl"])",
               const std::string& reason = "carried_out") {
  const auto all = story();
  court.deliver(all[2]);
  court.deliver(all[3]);
  tell_carried_out(court, files, reason);
  court.deliveries.close();
}

TEST_CASE("billing that was carried out is not complained of where each of it lies in a sound file") {
  const HeldFolder folder;
  Complaints of_files;
  HeldFiles held{folder.path(), of_files};
  Court court{&held};
  carry_out(court);
  CHECK(court.complaints.kept() == std::vector<std::string>{});
  CHECK(of_files.kept() == std::vector<std::string>{});
}

TEST_CASE("billing that is told to be carried out and does not lie there is noticed") {
  const HeldFolder folder;
  Complaints of_files;
  HeldFiles held{folder.path(), of_files};
  Court court{&held};
  SUBCASE("a line less") {
    folder.write({"evt_2"});
    carry_out(court);
    CHECK(court.heard("lost: pay-1 was accepted"));
  }
  SUBCASE("another event under its sequence") {
    std::ofstream{folder.path() + "/" + HeldFolder::name} << HeldFolder::line("evt_9", "1") << '\n'
                                                          << HeldFolder::line("evt_2", "2") << '\n';
    carry_out(court);
    CHECK(court.heard("lost: pay-1 was accepted"));
  }
  SUBCASE("a line that was changed") {
    auto line = HeldFolder::line("evt_1", "1");
    line.replace(line.find("payment"), 7, "PAYMENT");
    std::ofstream{folder.path() + "/" + HeldFolder::name} << line << '\n';
    carry_out(court);
    CHECK(of_files.count() > 0);
    CHECK(court.heard("which is not there"));
  }
  SUBCASE("no file") {
    std::filesystem::remove(folder.path() + "/" + HeldFolder::name);
    carry_out(court);
    CHECK(court.heard("names held-billing/a.jsonl, which is not there"));
  }
  SUBCASE("no name of a file") {
    carry_out(court, "");
    CHECK(court.heard("carried_out, with 0 files"));
  }
  SUBCASE("another reason") {
    carry_out(court, "", "expired");
    CHECK(court.heard("a gap of billing, expired"));
  }
}

TEST_CASE("a session whose end lies in a file is lost unless its endpoint was told so") {
  const HeldFolder folder;
  folder.write_session();
  Complaints complaints;
  HeldFiles held{folder.path(), complaints};
  REQUIRE(held.is_there("held-billing/b.jsonl"));
  CHECK(held.sequence_of("session.ended/charger/CP-1/7") == 106);
  DeliveryJudge judge{{{"billing", {"session."}}}, complaints, &held};
  judge.promised("session.ended/charger/CP-1/7", "session.ended");
  judge.close();
  CHECK(complaints.count() == 1);
}

TEST_CASE("a store whose billing went without a line for each is noticed") {
  const HeldFolder folder;
  Complaints of_files;
  HeldFiles held{folder.path(), of_files};
  Court court{&held};
  for (const auto& sent : story()) court.deliver(sent);
  auto store = sound_store();
  store.logs[0].erase(store.logs[0].begin(), store.logs[0].begin() + 2);
  store.floors[0] = {102, 2};
  store.gaps.push_back({0, 101, 102, 1, 2, 4, {{1, 1, 101, 101, 102, {}, {HeldFolder::name}}}});
  const auto complaints_of = [&] {
    const auto before = court.complaints.count();
    StoreJudge{court.deliveries, court.complaints, &held}.judge(store);
    return court.complaints.count() - before;
  };
  CHECK(complaints_of() == 0);
  store.gaps[0].reason = 1;
  CHECK(complaints_of() == 1);
  store.gaps[0].reason = 4;
  folder.write({"evt_2"});
  CHECK(complaints_of() == 1);
  CHECK(court.heard("files hold 1 of the events"));
}

}  // namespace
}  // namespace chargehook::simulation
