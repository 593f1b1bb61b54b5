#!/usr/bin/env bash
# As a part of another project, this one leaves that project's settings alone.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# configure NAME OPTIONS...: the parent project, in the folder NAME.
configure() {
  local name=$1
  shift
  # No environment of the build that runs this test decides for it.
  env -u CXXFLAGS -u LDFLAGS -u CMAKE_BUILD_TYPE cmake -G Ninja -S "$here" -B "$name" \
    -DCTTIMEOUT="$here/../.." "$@" >"$name.log" 2>&1 || { cat "$name.log"; exit 1; }
}
# expect WHAT WANTED COMMAND...: what a command prints.
expect() {
  local what=$1 wanted=$2 said
  shift 2
  said=$("$@" 2>&1) || true
  [ "$said" = "$wanted" ] && return
  printf '%s\nwanted: %s\n   was: %s\n' "$what" "$wanted" "$said"
  exit 1
}

for way in added fetched; do
  configure $way -DFETCHED=$([ $way = fetched ] && echo ON || echo OFF)
  expect "$way: no build type, static libraries" '|libcttimeout.a|libcttimeout_fake_kernel.a|' \
    cat $way/names
  expect "$way: no compile commands" '' find $way -name compile_commands.json
  expect "$way: the program links libmnl" 1 grep -c 'LINK_LIBRARIES = .*cttimeout.a.*mnl' \
    $way/build.ninja
  expect "$way: the project's target all has no tests of ours" 0 grep -c gtest $way/build.ninja
  cmake --install $way --prefix installed >/dev/null
  expect "$way: nothing of ours is installed" '' find . -path './installed/*' -type f
done

configure settled -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_STANDARD=23 -DBUILD_SHARED_LIBS=ON
version=$(sed -n 's/^project(cttimeout VERSION \([0-9.]*\).*/\1/p' "$here/../../CMakeLists.txt")
expect 'the build type is the project'\''s, and so is the kind of library' \
  "Debug|libcttimeout.so.$version|libcttimeout_fake_kernel.so.$version|" cat settled/names
abi=${version%.*}
expect 'shared libraries have a SONAME with a version' \
  "libcttimeout.so.$abi|libcttimeout_fake_kernel.so.$abi|libnetfilter_cttimeout.so.1|" \
  cat settled/sonames
expect 'the standard is the project'\''s' '-std=gnu++23' \
  sh -c 'grep -o -e "-std=[a-z+0-9]*" settled/build.ninja | sort -u'

# hidden FOLDER TARGETS...: how many commands hide symbols.
hidden() { ninja -C "$1" -t commands "${@:2}" | grep -c -e -fvisibility=hidden; }
configure hidden -DCMAKE_CXX_VISIBILITY_PRESET=hidden -DBUILD_SHARED_LIBS=ON
expect 'shared libraries export their symbols in a project that hides its own' 0 \
  hidden hidden cttimeout cttimeout_fake_kernel cttimeout_compat
expect 'the project hides its own symbols then' 1 hidden hidden part
configure archives -DCMAKE_CXX_VISIBILITY_PRESET=hidden
expect 'the drop-in is always shared' 0 hidden archives cttimeout_compat
expect 'static libraries are hidden with the project' '' \
  sh -c 'ninja -C archives -t commands cttimeout | grep -e " -c " | grep -v -e -fvisibility=hidden'

configure installing -DCTTIMEOUT_INSTALL=ON
expect 'what is asked for is installed' 1 grep -c 'libcttimeout.a"' \
  installing/cttimeout/cmake_install.cmake
