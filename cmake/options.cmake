# What every target is compiled with. Hardening flags belong to the package (packaging/debian/rules), not to the tree.
add_library(chargehook_options INTERFACE)
target_compile_features(chargehook_options INTERFACE cxx_std_20)
target_compile_options(chargehook_options INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
target_link_libraries(chargehook_options INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(chargehook_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE)
set(CMAKE_CXX_EXTENSIONS OFF)

# Assertions are kept in every build: a bug stops the process, systemd restarts it, the journal remembers.
foreach(type IN ITEMS RELEASE RELWITHDEBINFO MINSIZEREL)
  string(REGEX REPLACE "[-/]DNDEBUG" "" CMAKE_CXX_FLAGS_${type} "${CMAKE_CXX_FLAGS_${type}}")
endforeach()

set(CHARGEHOOK_SANITIZE "" CACHE STRING "address,undefined or thread; empty for none")
option(CHARGEHOOK_FUZZ "build libFuzzer programs instead of corpus replays (clang only)" OFF)
if(CHARGEHOOK_SANITIZE)
  add_compile_options(-fsanitize=${CHARGEHOOK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CHARGEHOOK_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # The instrumented code confuses g++'s flow analysis inside library headers; the plain presets keep the warning.
    add_compile_options(-Wno-maybe-uninitialized)
    if(CHARGEHOOK_SANITIZE MATCHES thread)
      add_compile_options(-Wno-tsan) # atomic_thread_fence, which Asio uses beside locks TSan does understand
    endif()
  endif()
endif()
if(CHARGEHOOK_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "CHARGEHOOK_FUZZ needs clang; `cmake --preset fuzz` chooses it")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Sources that instantiate Beast take up to 2 GB each: modules marked HEAVY share a pool that memory allows for.
cmake_host_system_information(RESULT memory_mib QUERY TOTAL_PHYSICAL_MEMORY)
math(EXPR heavy_jobs "(${memory_mib} + 1000) / 2000")
if(heavy_jobs LESS 1)
  set(heavy_jobs 1)
endif()
set_property(GLOBAL PROPERTY JOB_POOLS heavy=${heavy_jobs})

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${PROJECT_SOURCE_DIR};CCACHE_NOHASHDIR=1;${CCACHE}")
endif()
