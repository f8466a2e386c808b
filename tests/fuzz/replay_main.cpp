// Feeds every file of the folders named on the command line, and the empty input, once to a fuzz target.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// As libFuzzer does it: a block of exactly the input's size, so that ASan sees a read past its end; never null.
void feed(const std::vector<char>& input) {
  const auto block = std::make_unique<std::uint8_t[]>(input.size());
  std::copy(input.begin(), input.end(), block.get());
  LLVMFuzzerTestOneInput(block.get(), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  feed({});
  int fed = 1;
  for (int i = 1; i < argc; ++i) {
    for (const auto& file : files_of(argv[i])) {
      std::printf("%s\n", file.c_str());
      std::fflush(stdout);  // the last line names the input that crashed
      std::ifstream in(file, std::ios::binary);
      feed({std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()});
      ++fed;
    }
  }
  std::printf("%d inputs\n", fed);
  return fed > 1 ? 0 : 1;  // a corpus without seeds is a mistake
}
