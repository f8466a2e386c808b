/// Answers the command line that carries events out of the journal and into it: GET /v1/journal/export and
/// POST /v1/journal/import. docs/api.md. One thread (the core's).
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "http/message.hpp"
#include "journal/export_page.hpp"
#include "runtime/answers.hpp"
#include "runtime/core_loop.hpp"
#include "runtime/worker.hpp"

namespace chargehook::runtime {

/// Of one chunk that is imported.
inline constexpr std::size_t import_chunk_lines_max = 256;
inline constexpr std::size_t import_chunk_bytes_max = 256 * 1024;

class JournalDesk {
 public:
  using Respond = std::function<void(http::RequestId, http::Response)>;

  /// Reads a page of the store and then releases the token with a journal::ExportPage.
  using ReadPage = std::function<void(const journal::ExportRequest&, core::Token)>;

  JournalDesk(CoreLoop& loop, Answers& answers, Worker& worker, ReadPage read_page, Respond respond);

  /// @return false if the request is for somebody else
  [[nodiscard]] bool handle(const http::Request& request);

 private:
  void export_page(http::RequestId id, const std::string& query);
  void import_chunk(http::RequestId id, std::string body);

  CoreLoop& loop_;
  Answers& answers_;
  Worker& worker_;
  ReadPage read_page_;
  Respond respond_;
};

}  // namespace chargehook::runtime
