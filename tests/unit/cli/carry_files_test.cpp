#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "cli/export_file.hpp"
#include "cli/import_file.hpp"
#include "cli/journal_text.hpp"
#include "journal/format/export_line.hpp"

namespace chargehook::cli {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "chargehook-carry-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string file() const { return path_ + "/events.jsonl"; }
  void write(const std::string& content) const { std::ofstream(file(), std::ios::binary) << content; }
  [[nodiscard]] std::string content() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string line(model::Sequence sequence, std::size_t data_bytes = 20) {
  journal::ExportLine made;
  made.store_id = 0xa1;
  made.sequence = sequence;
  made.event.id = "evt_" + std::to_string(sequence);
  made.event.type = "payment.completed";
  made.event.subject = made.event.partition_key = "terminal/T-1";
  made.event.data = R"({"a":")" + std::string(data_bytes, 'x') + "\"}";
  return to_text(made);
}

model::Result<void> write_all(const std::string& path, const std::vector<std::string>& lines) {
  BOOST_OUTCOME_TRY(auto file, ExportFile::open(path));
  for (const auto& each : lines) {
    BOOST_OUTCOME_TRY(file.append(each));
  }
  return file.finish();
}

}  // namespace

TEST_CASE("a file that is there is gone on with behind its last whole line") {
  const Folder folder;
  REQUIRE(write_all(folder.file(), {line(1), line(2, 60'000)}));
  const auto whole = folder.content();
  for (const std::size_t half : {0, 1, 9, 15, 200}) {
    folder.write(whole + line(3).substr(0, half));
    auto file = ExportFile::open(folder.file());
    REQUIRE(file.has_value());
    REQUIRE(file.value().last().has_value());
    CHECK(file.value().last()->sequence == 2);
    CHECK(file.value().last()->store_id == 0xa1);
    CHECK(folder.content() == whole);
    REQUIRE(file.value().append(line(3)));
    REQUIRE(file.value().finish());
    CHECK(folder.content() == whole + line(3) + '\n');
  }
}

TEST_CASE("a file without a whole line begins anew") {
  const Folder folder;
  for (const std::string half : {"", "{", R"({"store":"00)"}) {
    folder.write(half);
    const auto file = ExportFile::open(folder.file());
    REQUIRE(file.has_value());
    CHECK_FALSE(file.value().last());
    CHECK(folder.content().empty());
  }
}

TEST_CASE("a file that holds something else is left as it is") {
  const Folder folder;
  for (const std::string& other :
       {std::string{"notes"}, std::string{"notes\n"}, line(1) + "\nnotes", "x" + line(1) + '\n', line(1) + "\n\n",
        std::string(400'000, 'x'), std::string(400'000, 'x') + '\n'}) {
    folder.write(other);
    const auto file = ExportFile::open(folder.file());
    REQUIRE_FALSE(file);
    CHECK(file.error().code == "not_an_export");
    CHECK(folder.content() == other);
  }
  CHECK_FALSE(ExportFile::open(folder.path()));
}

TEST_CASE("two exports do not write the same file at once") {
  const Folder folder;
  const auto first = ExportFile::open(folder.file());
  REQUIRE(first.has_value());
  CHECK(ExportFile::open(folder.file()).error().code == "in_use");
}

TEST_CASE("a file is read in chunks of whole lines, numbered as a person counts them") {
  const Folder folder;
  std::string content;
  for (model::Sequence sequence = 1; sequence <= 600; ++sequence) content += line(sequence) + '\n';
  folder.write(content + line(601));  // the last without its line end
  auto file = ImportFile::open(folder.file());
  REQUIRE(file.has_value());
  std::string all;
  std::vector<std::uint64_t> begins;
  for (;;) {
    const auto chunk = file.value().next();
    REQUIRE(chunk.has_value());
    if (chunk.value().lines == 0) break;
    CHECK(chunk.value().lines <= chunk_lines_max);
    CHECK(chunk.value().text.size() <= chunk_bytes_max);
    begins.push_back(chunk.value().lines_before);
    all += chunk.value().text;
  }
  CHECK(all == content + line(601) + '\n');
  CHECK(begins == std::vector<std::uint64_t>{0, 256, 512});
  CHECK(file.value().bytes_read() == file.value().bytes_total());
}

TEST_CASE("large lines make small chunks, and one too long for any event is passed over by its number") {
  const Folder folder;
  folder.write(line(1, 60'000) + '\n' + std::string(500'000, 'x') + '\n' + line(3, 60'000) + '\n' + line(4, 60'000) +
               '\n' + line(5, 60'000) + '\n' + line(6, 60'000) + '\n');
  auto file = ImportFile::open(folder.file());
  REQUIRE(file.has_value());
  const auto first = file.value().next().value();
  CHECK(first.text ==
        line(1, 60'000) + "\n\n" + line(3, 60'000) + '\n' + line(4, 60'000) + '\n' + line(5, 60'000) + '\n');
  REQUIRE(first.refused.size() == 1);
  CHECK(first.refused[0].line == 2);
  const auto second = file.value().next().value();
  CHECK(second.lines_before == 5);
  CHECK(second.text == line(6, 60'000) + '\n');
  CHECK(file.value().next().value().lines == 0);
}

TEST_CASE("a file that is not there, is a folder, empty or no export is refused as a whole") {
  const Folder folder;
  CHECK_FALSE(ImportFile::open(folder.file()));
  CHECK_FALSE(ImportFile::open(folder.path()));
  folder.write("notes\n");
  CHECK(ImportFile::open(folder.file()).error().message.find("no export") != std::string::npos);
  folder.write("");
  CHECK(ImportFile::open(folder.file()).error().message.find("is empty") != std::string::npos);
}

TEST_CASE("what was carried is said in words") {
  CHECK(exported_text(1, 0, {}) == "1 event exported");
  CHECK(exported_text(1200, 1, {17}) ==
        "1,200 events exported; 1 record does not read well and is left out: sequence 17");
  CHECK(exported_text(2, 3, {17, 18}) ==
        "2 events exported; 3 records do not read well and are left out: sequence 17, 18, …");
  CHECK(export_progress_text(50, 200) == "exporting: 25 %, 50 of 200 events");
  CHECK(export_progress_text(50, 0) == "exporting: 50 events");
  CHECK(imported_text(1, 2, 0) == "1 event taken, 2 already there");
  CHECK(imported_text(0, 2, 1) == "0 events taken, 2 already there, 1 line refused");
  CHECK(import_progress_text(50, 200, 1, 2) == "importing: 25 %, 1 event taken, 2 already there");
}

}  // namespace chargehook::cli
