# An overlay port: `vcpkg install neura --overlay-ports=bindings-c/packaging/vcpkg`. It builds this
# checkout with the cargo that is on the PATH.
#
# It has NOT been run yet: expect to mend it the first time.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

vcpkg_cmake_configure(SOURCE_PATH "${SOURCE_PATH}" OPTIONS -DNEURA_INSTALL=ON)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME neura CONFIG_PATH lib/cmake/neura)
vcpkg_fixup_pkgconfig()

# One kind of library for each triplet, and the headers once.
if(VCPKG_LIBRARY_LINKAGE STREQUAL "static")
  file(GLOB unwanted "${CURRENT_PACKAGES_DIR}/lib/libneura.so*"
    "${CURRENT_PACKAGES_DIR}/debug/lib/libneura.so*")
else()
  set(unwanted "${CURRENT_PACKAGES_DIR}/lib/libneura.a" "${CURRENT_PACKAGES_DIR}/debug/lib/libneura.a")
endif()
file(REMOVE ${unwanted})
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
