########### AGGREGATED COMPONENTS AND DEPENDENCIES FOR THE MULTI CONFIG #####################
#############################################################################################

set(neura_COMPONENT_NAMES "")
if(DEFINED neura_FIND_DEPENDENCY_NAMES)
  list(APPEND neura_FIND_DEPENDENCY_NAMES )
  list(REMOVE_DUPLICATES neura_FIND_DEPENDENCY_NAMES)
else()
  set(neura_FIND_DEPENDENCY_NAMES )
endif()

########### VARIABLES #######################################################################
#############################################################################################
set(neura_PACKAGE_FOLDER_RELEASE "/work/main/.tools/conan/home/p/b/neura35c9db26013d5/p")
set(neura_BUILD_MODULES_PATHS_RELEASE )


set(neura_INCLUDE_DIRS_RELEASE "${neura_PACKAGE_FOLDER_RELEASE}/include")
set(neura_RES_DIRS_RELEASE )
set(neura_DEFINITIONS_RELEASE )
set(neura_SHARED_LINK_FLAGS_RELEASE )
set(neura_EXE_LINK_FLAGS_RELEASE )
set(neura_OBJECTS_RELEASE )
set(neura_COMPILE_DEFINITIONS_RELEASE )
set(neura_COMPILE_OPTIONS_C_RELEASE )
set(neura_COMPILE_OPTIONS_CXX_RELEASE )
set(neura_LIB_DIRS_RELEASE "${neura_PACKAGE_FOLDER_RELEASE}/lib")
set(neura_BIN_DIRS_RELEASE "${neura_PACKAGE_FOLDER_RELEASE}/bin")
set(neura_LIBRARY_TYPE_RELEASE SHARED)
set(neura_IS_HOST_WINDOWS_RELEASE 0)
set(neura_LIBS_RELEASE neura)
set(neura_SYSTEM_LIBS_RELEASE )
set(neura_FRAMEWORK_DIRS_RELEASE )
set(neura_FRAMEWORKS_RELEASE )
set(neura_BUILD_DIRS_RELEASE )
set(neura_NO_SONAME_MODE_RELEASE FALSE)


# COMPOUND VARIABLES
set(neura_COMPILE_OPTIONS_RELEASE)
if (NOT "${neura_COMPILE_OPTIONS_CXX_RELEASE}" STREQUAL "")
    list(APPEND neura_COMPILE_OPTIONS_RELEASE
        "$<$<COMPILE_LANGUAGE:CXX>:${neura_COMPILE_OPTIONS_CXX_RELEASE}>")
endif ()
if (NOT "${neura_COMPILE_OPTIONS_C_RELEASE}" STREQUAL "")
    list(APPEND neura_COMPILE_OPTIONS_RELEASE
        "$<$<COMPILE_LANGUAGE:C>:${neura_COMPILE_OPTIONS_C_RELEASE}>")
endif ()
set(neura_LINKER_FLAGS_RELEASE)
if (NOT "${neura_SHARED_LINK_FLAGS_RELEASE}" STREQUAL "")
    list(APPEND neura_LINKER_FLAGS_RELEASE
        "$<$<OR:$<STREQUAL:$<TARGET_PROPERTY:TYPE>,SHARED_LIBRARY>,$<STREQUAL:$<TARGET_PROPERTY:TYPE>,MODULE_LIBRARY>>:${neura_SHARED_LINK_FLAGS_RELEASE}>")
endif ()
if (NOT "${neura_EXE_LINK_FLAGS_RELEASE}" STREQUAL "")
    list(APPEND neura_LINKER_FLAGS_RELEASE
        "$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:${neura_EXE_LINK_FLAGS_RELEASE}>")
endif ()


set(neura_COMPONENTS_RELEASE )