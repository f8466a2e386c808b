// A program with a shell's library inside, for the check that looks for such libraries.
#include <lmdb.h>

int main() { return mdb_version(nullptr, nullptr, nullptr) == nullptr ? 1 : 0; }
