/// What every thread of this folder does first.
#pragma once

#include <pthread.h>

#include <csignal>

namespace chargehook::delivery::io {

/// Signals of the process are main's.
inline void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace chargehook::delivery::io
