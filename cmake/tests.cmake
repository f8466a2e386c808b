# How test, fuzz and bench programs are made. Every ctest entry has a label and a time limit.

# Paho's locks are invisible to TSan; the file names each library and why.
set(test_environment
  "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
  "UBSAN_OPTIONS=print_stacktrace=1"
  "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan_suppressions.txt:second_deadlock_stack=1")

# A ctest entry.  chargehook_add_test(unit.core LABELS unit TIMEOUT 120 COMMAND unit_core)
# A program built with a sanitizer may take five times as long.
function(chargehook_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "LABELS;COMMAND")
  if(CHARGEHOOK_SANITIZE)
    math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 5")
  endif()
  add_test(NAME ${name} COMMAND ${arg_COMMAND})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
                       ENVIRONMENT "${test_environment}")
endfunction()

# The unit tests of a module: every tests/unit/<name>/*.cpp, one program, one ctest entry `unit.<name>`.
# They may include the modules in LINKS (by default the module itself) and the headers beside them.
# The tests of what has threads and sockets (io/ and runtime) also carry the label `shell`: those run under TSan.
function(chargehook_unit_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINKS;VENDOR")
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/unit/${name}/*.cpp")
  if(NOT sources)
    return()
  endif()
  if(NOT arg_LINKS)
    set(arg_LINKS ${name})
  endif()
  list(TRANSFORM arg_LINKS PREPEND "chargehook_")
  add_executable(unit_${name} ${sources} "${PROJECT_SOURCE_DIR}/tests/unit/main.cpp")
  target_link_libraries(unit_${name} PRIVATE ${arg_LINKS} chargehook_options doctest::doctest ${arg_VENDOR})
  target_include_directories(unit_${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests") # for fakes/
  target_compile_definitions(unit_${name} PRIVATE CHARGEHOOK_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

  set(labels unit)
  if(name MATCHES "_io$|^runtime$")
    list(APPEND labels shell)
    add_dependencies(shell_tests unit_${name})
  endif()
  chargehook_add_test(unit.${name} LABELS ${labels} TIMEOUT 120 COMMAND unit_${name})
endfunction()

# A program of tests/fuzz/<name>_fuzz.cpp. With CHARGEHOOK_FUZZ a libFuzzer program, part of the target `fuzz`; else a
# program that feeds the seed corpus and the empty input once, ctest entry `fuzz.<name>`.
function(chargehook_fuzz_target name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINKS")
  list(TRANSFORM arg_LINKS PREPEND "chargehook_")
  add_executable(fuzz_${name} ${name}_fuzz.cpp)
  target_link_libraries(fuzz_${name} PRIVATE ${arg_LINKS} chargehook_options)
  if(CHARGEHOOK_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzz fuzz_${name})
  else()
    target_sources(fuzz_${name} PRIVATE replay_main.cpp)
    chargehook_add_test(fuzz.${name} LABELS fuzz TIMEOUT 60
                        COMMAND fuzz_${name} "${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name}")
  endif()
endfunction()

# A program of tests/bench/<name>_bench.cpp, outside `all`, part of the target `bench`.
function(chargehook_bench name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINKS;VENDOR")
  list(TRANSFORM arg_LINKS PREPEND "chargehook_")
  add_executable(bench_${name} EXCLUDE_FROM_ALL ${name}_bench.cpp)
  target_link_libraries(bench_${name} PRIVATE ${arg_LINKS} chargehook_options ${arg_VENDOR})
  add_dependencies(bench bench_${name})
endfunction()

# For folders with one table row per program: `rows` are "name: word word …". Each source <name>_<kind>.cpp of the
# folder must have a row, so that nobody writes a program which is never built. Sets `<kind>_names` to the rows that
# have a source and `<kind>_<name>` to the words of each.
function(chargehook_read_table kind)
  file(GLOB sources CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" "*_${kind}.cpp")
  set(names)
  foreach(row IN LISTS ARGN)
    string(REGEX MATCH "^([a-z0-9_]+): (.+)$" matched "${row}")
    set(name "${CMAKE_MATCH_1}")
    string(REPLACE " " ";" words "${CMAKE_MATCH_2}")
    if(NOT matched)
      message(FATAL_ERROR "${CMAKE_CURRENT_LIST_FILE}: `${row}` is not `name: word word`")
    endif()
    if("${name}_${kind}.cpp" IN_LIST sources)
      list(REMOVE_ITEM sources "${name}_${kind}.cpp")
      list(APPEND names ${name})
      set(${kind}_${name} "${words}" PARENT_SCOPE)
    endif()
  endforeach()
  if(sources)
    list(JOIN sources " " sources)
    message(FATAL_ERROR "${CMAKE_CURRENT_LIST_FILE}: no row says what to link for: ${sources}")
  endif()
  set(${kind}_names ${names} PARENT_SCOPE)
endfunction()
