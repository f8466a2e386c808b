# What every target is compiled with.
add_library(chargehook_options INTERFACE)
target_compile_features(chargehook_options INTERFACE cxx_std_20)
target_compile_options(chargehook_options INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
target_link_libraries(chargehook_options INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(chargehook_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE)

set(CHARGEHOOK_SANITIZE "" CACHE STRING "address,undefined or thread; empty for none")
if(CHARGEHOOK_SANITIZE)
  add_compile_options(-fsanitize=${CHARGEHOOK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CHARGEHOOK_SANITIZE})
  if(CHARGEHOOK_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-tsan)
  endif()
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${PROJECT_SOURCE_DIR};CCACHE_NOHASHDIR=1;${CCACHE}")
endif()
