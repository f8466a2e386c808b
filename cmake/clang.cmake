# Toolchain of the fuzz preset: clang 19 where it is installed (both Debian releases have it), else the release's own.
find_program(CHARGEHOOK_CLANG NAMES clang++-19 clang++ REQUIRED)
set(CMAKE_CXX_COMPILER "${CHARGEHOOK_CLANG}")
