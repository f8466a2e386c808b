/// How each simulator starts and ends: options are read, it runs, what goes wrong is one line on stderr.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <utility>

namespace chargehook::simulators {

/// @param about what `--help` says first
/// @return the exit code: that of `run`, that of CLI11 for bad options, 2 for anything else that went wrong
template <class Options, class Run>
int run_program(int argc, char** argv, const std::string& about, void (*declare)(CLI::App&, Options&), Run run) {
  CLI::App app{about};
  Options options;
  declare(app, options);
  try {
    app.parse(argc, argv);
    return run(std::move(options));
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", std::filesystem::path(argv[0]).filename().c_str(), error.what());
    return 2;
  }
}

}  // namespace chargehook::simulators
