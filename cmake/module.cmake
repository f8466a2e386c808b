# A module is a folder: one static library, one namespace, one include root of its own.
#
#   chargehook_module(journal FOLDER gateway/journal LINKS model VENDOR PkgConfig::XXHASH)
#
# The include root is a folder of links in the build tree that holds this module's headers and nothing else, so an
# include of a module that LINKS does not name finds no file. An io/ folder is a module of its own (journal_io).
#
#   FOLDER  where the sources are, from the top of the tree; every .cpp below it but those in an io/ or a folder in EXCEPT
#   PREFIX  how its headers are named in an include; by default FOLDER without a leading gateway/ or adapters/
#   LINKS   modules whose headers this one may include, and whoever links this one too
#   VENDOR  libraries that stay behind the module's own .cpp files
function(chargehook_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER;PREFIX" "LINKS;VENDOR;EXCEPT")
  if(NOT arg_PREFIX)
    string(REGEX REPLACE "^(gateway|adapters)/" "" arg_PREFIX "${arg_FOLDER}")
  endif()
  set(folder "${PROJECT_SOURCE_DIR}/${arg_FOLDER}")
  set(root "${PROJECT_BINARY_DIR}/roots/${name}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE "${folder}" "${folder}/*.cpp")
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${folder}" "${folder}/*.hpp")
  foreach(inner IN ITEMS io ${arg_EXCEPT})
    list(FILTER sources EXCLUDE REGEX "^${inner}/")
    list(FILTER headers EXCLUDE REGEX "^${inner}/")
  endforeach()

  file(REMOVE_RECURSE "${root}")
  foreach(header IN LISTS headers)
    get_filename_component(place "${root}/${arg_PREFIX}/${header}" DIRECTORY)
    file(MAKE_DIRECTORY "${place}")
    file(CREATE_LINK "${folder}/${header}" "${root}/${arg_PREFIX}/${header}" SYMBOLIC)
  endforeach()

  list(TRANSFORM arg_LINKS PREPEND "chargehook_")
  if(sources)
    list(TRANSFORM sources PREPEND "${folder}/")
    add_library(chargehook_${name} STATIC ${sources})
    target_include_directories(chargehook_${name} PUBLIC "${root}")
    target_link_libraries(chargehook_${name} PUBLIC chargehook_options ${arg_LINKS} PRIVATE ${arg_VENDOR})
  else()
    add_library(chargehook_${name} INTERFACE)
    target_include_directories(chargehook_${name} INTERFACE "${root}")
    target_link_libraries(chargehook_${name} INTERFACE chargehook_options ${arg_LINKS})
  endif()
  chargehook_check_headers(${name} "${arg_PREFIX}" "${headers}")
endfunction()

# Each header of a module is compiled alone, with no more than what the module itself promises to its users.
# `cmake --build … --target verify_headers` builds them all.
function(chargehook_check_headers name prefix headers)
  if(NOT headers)
    return()
  endif()
  set(units)
  foreach(header IN LISTS headers)
    string(MAKE_C_IDENTIFIER "${header}" unit)
    set(unit "${PROJECT_BINARY_DIR}/headers/${name}/${unit}.cpp")
    file(CONFIGURE OUTPUT "${unit}" CONTENT "#include \"${prefix}/${header}\"\n")
    list(APPEND units "${unit}")
  endforeach()
  add_library(headers_${name} OBJECT EXCLUDE_FROM_ALL ${units})
  target_link_libraries(headers_${name} PRIVATE chargehook_${name})
  add_dependencies(verify_headers headers_${name})
endfunction()

# The unit tests of a module: every tests/unit/<name>/*_test.cpp, one program, one ctest entry `unit.<name>`.
# They may include the modules in LINKS (by default the module itself).
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
  target_compile_definitions(unit_${name} PRIVATE CHARGEHOOK_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME unit.${name} COMMAND unit_${name})
  set_tests_properties(unit.${name} PROPERTIES TIMEOUT 120 LABELS unit)
endfunction()
