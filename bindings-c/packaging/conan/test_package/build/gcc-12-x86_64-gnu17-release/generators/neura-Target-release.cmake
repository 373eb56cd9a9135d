# Avoid multiple calls to find_package to append duplicated properties to the targets
include_guard()########### VARIABLES #######################################################################
#############################################################################################
set(neura_FRAMEWORKS_FOUND_RELEASE "") # Will be filled later
conan_find_apple_frameworks(neura_FRAMEWORKS_FOUND_RELEASE "${neura_FRAMEWORKS_RELEASE}" "${neura_FRAMEWORK_DIRS_RELEASE}")

set(neura_LIBRARIES_TARGETS "") # Will be filled later


######## Create an interface target to contain all the dependencies (frameworks, system and conan deps)
if(NOT TARGET neura_DEPS_TARGET)
    add_library(neura_DEPS_TARGET INTERFACE IMPORTED)
endif()

set_property(TARGET neura_DEPS_TARGET
             APPEND PROPERTY INTERFACE_LINK_LIBRARIES
             $<$<CONFIG:Release>:${neura_FRAMEWORKS_FOUND_RELEASE}>
             $<$<CONFIG:Release>:${neura_SYSTEM_LIBS_RELEASE}>
             $<$<CONFIG:Release>:>)

####### Find the libraries declared in cpp_info.libs, create an IMPORTED target for each one and link the
####### neura_DEPS_TARGET to all of them
conan_package_library_targets("${neura_LIBS_RELEASE}"    # libraries
                              "${neura_LIB_DIRS_RELEASE}" # package_libdir
                              "${neura_BIN_DIRS_RELEASE}" # package_bindir
                              "${neura_LIBRARY_TYPE_RELEASE}"
                              "${neura_IS_HOST_WINDOWS_RELEASE}"
                              neura_DEPS_TARGET
                              neura_LIBRARIES_TARGETS  # out_libraries_targets
                              "_RELEASE"
                              "neura"    # package_name
                              "${neura_NO_SONAME_MODE_RELEASE}")  # soname

# FIXME: What is the result of this for multi-config? All configs adding themselves to path?
set(CMAKE_MODULE_PATH ${neura_BUILD_DIRS_RELEASE} ${CMAKE_MODULE_PATH})

########## GLOBAL TARGET PROPERTIES Release ########################################
    set_property(TARGET neura::neura
                 APPEND PROPERTY INTERFACE_LINK_LIBRARIES
                 $<$<CONFIG:Release>:${neura_OBJECTS_RELEASE}>
                 $<$<CONFIG:Release>:${neura_LIBRARIES_TARGETS}>
                 )

    if("${neura_LIBS_RELEASE}" STREQUAL "")
        # If the package is not declaring any "cpp_info.libs" the package deps, system libs,
        # frameworks etc are not linked to the imported targets and we need to do it to the
        # global target
        set_property(TARGET neura::neura
                     APPEND PROPERTY INTERFACE_LINK_LIBRARIES
                     neura_DEPS_TARGET)
    endif()

    set_property(TARGET neura::neura
                 APPEND PROPERTY INTERFACE_LINK_OPTIONS
                 $<$<CONFIG:Release>:${neura_LINKER_FLAGS_RELEASE}>)
    set_property(TARGET neura::neura
                 APPEND PROPERTY INTERFACE_INCLUDE_DIRECTORIES
                 $<$<CONFIG:Release>:${neura_INCLUDE_DIRS_RELEASE}>)
    # Necessary to find LINK shared libraries in Linux
    set_property(TARGET neura::neura
                 APPEND PROPERTY INTERFACE_LINK_DIRECTORIES
                 $<$<CONFIG:Release>:${neura_LIB_DIRS_RELEASE}>)
    set_property(TARGET neura::neura
                 APPEND PROPERTY INTERFACE_COMPILE_DEFINITIONS
                 $<$<CONFIG:Release>:${neura_COMPILE_DEFINITIONS_RELEASE}>)
    set_property(TARGET neura::neura
                 APPEND PROPERTY INTERFACE_COMPILE_OPTIONS
                 $<$<CONFIG:Release>:${neura_COMPILE_OPTIONS_RELEASE}>)

########## For the modules (FindXXX)
set(neura_LIBRARIES_RELEASE neura::neura)
