#include "cli/journal_access.hpp"

#include <cstdio>

namespace chargehook::cli {

std::string journal_folder(const JournalOptions& options) { return options.state_dir + "/journal"; }

std::optional<model::Error> why_not_looked_at(const journal::ChildEnd& end, journal::Examination& told) {
  if (!told.refusal_code.empty()) return model::Error{told.refusal_code, told.refusal};
  if (end.kind == journal::ChildEnd::Kind::not_started) {
    return model::Error{"io", "no process can be started to look at the journal"};
  }
  if (journal::is_ended_by_others(end)) return model::Error{"io", journal::judge(told, end).why + ": run it again"};
  journal::note_end(end, told);
  return std::nullopt;
}

int say_why(const model::Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  if (error.code == "no_store") std::fprintf(stderr, "help: --state names the folder that has the folder journal\n");
  if (error.code == "damaged") std::fprintf(stderr, "help: chargehook journal verify names what is damaged\n");
  if (error.code == "format")
    std::fprintf(stderr, "help: use the version of chargehook that wrote it, or a newer one\n");
  return not_looked_at;
}

int explain_silence(const JournalOptions& options, const model::Error& error) {
  std::fprintf(stderr, "the journal in %s is in use, and its gateway does not answer: %s\n",
               journal_folder(options).c_str(), error.message.c_str());
  std::fprintf(stderr, "help: --runtime names the folder of its sockets; systemctl status chargehook\n");
  return not_looked_at;
}

}  // namespace chargehook::cli
