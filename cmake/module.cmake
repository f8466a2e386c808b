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
#   HEAVY   its sources instantiate Beast: few of them are compiled at once (options.cmake)
function(chargehook_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "HEAVY" "FOLDER;PREFIX" "LINKS;VENDOR;EXCEPT")
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
    if(arg_HEAVY)
      set_target_properties(chargehook_${name} PROPERTIES JOB_POOL_COMPILE heavy)
    endif()
  else()
    add_library(chargehook_${name} INTERFACE)
    target_include_directories(chargehook_${name} INTERFACE "${root}")
    target_link_libraries(chargehook_${name} INTERFACE chargehook_options ${arg_LINKS})
  endif()
  chargehook_check_headers(${name} "${folder}" "${arg_PREFIX}" "${headers}")
endfunction()

# Sets `out` to a module and all the modules it links, directly or not.
function(chargehook_module_closure out)
  set(found)
  set(waiting ${ARGN})
  while(waiting)
    list(POP_FRONT waiting module)
    if(module IN_LIST found)
      continue()
    endif()
    list(APPEND found ${module})
    get_target_property(links chargehook_${module} INTERFACE_LINK_LIBRARIES)
    list(FILTER links INCLUDE REGEX "^chargehook_")
    list(REMOVE_ITEM links chargehook_options)
    list(TRANSFORM links REPLACE "^chargehook_" "")
    list(APPEND waiting ${links})
  endwhile()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# Each header of a module is compiled alone, with no more than what the module itself promises to its users: in the
# module's own build where a source of the same name includes it first, else as a unit of its own.
# `cmake --build … --target verify_headers` builds those.
function(chargehook_check_headers name folder prefix headers)
  set(units)
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "\\.hpp$" ".cpp" source "${folder}/${header}")
    if(EXISTS "${source}")
      file(STRINGS "${source}" first REGEX "^#include " LIMIT_COUNT 1)
      if(first STREQUAL "#include \"${prefix}/${header}\"")
        continue()
      endif()
    endif()
    string(MAKE_C_IDENTIFIER "${header}" unit)
    set(unit "${PROJECT_BINARY_DIR}/headers/${name}/${unit}.cpp")
    file(CONFIGURE OUTPUT "${unit}" CONTENT "#include \"${prefix}/${header}\"\n")
    list(APPEND units "${unit}")
  endforeach()
  if(units)
    add_library(headers_${name} OBJECT EXCLUDE_FROM_ALL ${units})
    target_link_libraries(headers_${name} PRIVATE chargehook_${name})
    target_compile_options(headers_${name} PRIVATE -O0 -g0) # only that it compiles matters
    add_dependencies(verify_headers headers_${name})
  endif()
endfunction()
