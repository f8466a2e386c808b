// A process that does nothing with the libraries that the gateway stands on: an io_context that waits for a signal, a
// TLS context with the system's certificates, an open store. idle_bench.py measures the gateway's memory beside it.
//
//   bench_idle FOLDER
#include <lmdb.h>
#include <openssl/ssl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>

#include "model/result.hpp"

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  SSL_CTX* tls = SSL_CTX_new(TLS_client_method());
  CHARGEHOOK_ASSERT(tls != nullptr && SSL_CTX_set_default_verify_paths(tls) == 1);
  MDB_env* store = nullptr;
  CHARGEHOOK_ASSERT(mdb_env_create(&store) == 0 && mdb_env_open(store, argv[1], 0, 0600) == 0);
  boost::asio::io_context io{1};
  boost::asio::signal_set signals{io, SIGTERM};
  signals.async_wait([](const boost::system::error_code&, int) {});
  std::puts("ready");
  std::fflush(stdout);
  io.run();
  mdb_env_close(store);
  SSL_CTX_free(tls);
}
