# What `cmake --install` puts where: headers, both libraries, and how CMake and pkg-config find them.
include(CMakePackageConfigHelpers)

option(CTTIMEOUT_INSTALL_COMPAT
       "Install libnetfilter_cttimeout.so.1, in place of the library of that name" OFF)

set(cttimeout_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/cttimeout)
set(cttimeout_pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(DIRECTORY lib/include/ fake_kernel/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS cttimeout cttimeout_fake_kernel EXPORT cttimeout-targets)
if(CTTIMEOUT_INSTALL_COMPAT)
  install(DIRECTORY lib/compat/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
          COMPONENT compat-dev)
  install(TARGETS cttimeout_compat EXPORT cttimeout-targets
          LIBRARY COMPONENT compat NAMELINK_COMPONENT compat-dev)
endif()
install(EXPORT cttimeout-targets NAMESPACE cttimeout:: DESTINATION ${cttimeout_cmake_dir})

configure_package_config_file(cmake/cttimeout-config.cmake.in cttimeout-config.cmake
                              INSTALL_DESTINATION ${cttimeout_cmake_dir})
write_basic_package_version_file(cttimeout-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/cttimeout-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/cttimeout-config-version.cmake
        DESTINATION ${cttimeout_cmake_dir})

# Whoever links a static library links libmnl as well.
set(cttimeout_pc_requires Requires)
if(BUILD_SHARED_LIBS)
  set(cttimeout_pc_requires Requires.private)
endif()
# The prefix as seen from the .pc file, so that an installed tree may be moved.
file(RELATIVE_PATH cttimeout_pc_prefix /${cttimeout_pc_dir} /)
foreach(name cttimeout cttimeout-fake-kernel)
  configure_file(cmake/${name}.pc.in ${name}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc DESTINATION ${cttimeout_pc_dir})
endforeach()
if(CTTIMEOUT_INSTALL_COMPAT)
  configure_file(cmake/libnetfilter_cttimeout.pc.in libnetfilter_cttimeout.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/libnetfilter_cttimeout.pc
          DESTINATION ${cttimeout_pc_dir} COMPONENT compat-dev)
endif()
