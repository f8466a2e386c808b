/// Makes a unix socket to listen on, and takes its file away again. Any thread; does not block.
#pragma once

#include <sys/types.h>

#include <string>

#include "model/result.hpp"

namespace chargehook::http::io {

/// A listening stream socket and the file that stands for it.
struct ListeningSocket {
  int descriptor = -1;  ///< non-blocking, the caller's to close
  dev_t device = 0;
  ino_t file = 0;
};

/// The file of a process that is gone (nobody accepts there) is replaced; a live one, or anything that is no socket,
/// stays.
/// @param mode permission bits, whatever the umask
/// @return "listen" with the path and what the system said
[[nodiscard]] model::Result<ListeningSocket> listen_on(const std::string& path, unsigned mode);

/// Removes the file at `path` if it is still this socket's and not a successor's.
void remove_file_of(const ListeningSocket& socket, const std::string& path);

}  // namespace chargehook::http::io
