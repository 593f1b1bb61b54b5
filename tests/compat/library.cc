// Loads a library and finds its functions, each in the version that it is exported under.
#include "library.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

namespace cttimeout::test {

namespace {

[[noreturn]] void give_up(const char* reason) {
  std::fprintf(stderr, "%s\n", reason);
  std::exit(2);
}

/// Finds functions of the same version, one after the other.
class Finder {
 public:
  Finder(void* handle, const char* version) : handle_(handle), version_(version) {}

  template <class Function>
  const Finder& find(Function*& function, const char* name) const {
    function = reinterpret_cast<Function*>(dlvsym(handle_, name, version_));
    return *this;
  }

 private:
  void* handle_;
  const char* version_;
};

}  // namespace

Library open_library(const std::string& path) {
  // Now: binding while a test runs would leave traces on the stack that it looks at.
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) give_up(dlerror());
  Library library{};
  Finder(handle, "LIBNETFILTER_CTTIMEOUT_1.0")
      .find(library.alloc, "nfct_timeout_alloc")
      .find(library.free, "nfct_timeout_free")
      .find(library.set, "nfct_timeout_attr_set")
      .find(library.set_u8, "nfct_timeout_attr_set_u8")
      .find(library.set_u16, "nfct_timeout_attr_set_u16")
      .find(library.unset, "nfct_timeout_attr_unset")
      .find(library.set_timeout, "nfct_timeout_policy_attr_set_u32")
      .find(library.state_name, "nfct_timeout_policy_attr_to_name")
      .find(library.build_header, "nfct_timeout_nlmsg_build_hdr")
      .find(library.build_payload, "nfct_timeout_nlmsg_build_payload")
      .find(library.parse, "nfct_timeout_nlmsg_parse_payload");
  Finder(handle, "LIBNETFILTER_CTTIMEOUT_1.1").find(library.print, "nfct_timeout_snprintf");
  if (library.alloc == nullptr || library.print == nullptr) give_up(dlerror());
  Finder(handle, "LIBCTTIMEOUT_1")
      .find(library.unset_timeout, "nfct_timeout_policy_attr_unset")
      .find(library.get_name, "cttimeout_get_name")
      .find(library.get_l3proto, "cttimeout_get_l3proto")
      .find(library.get_l4proto, "cttimeout_get_l4proto")
      .find(library.get_timeout, "cttimeout_get_timeout")
      .find(library.get_users, "cttimeout_get_users")
      .find(library.states, "cttimeout_states")
      .find(library.build_request, "cttimeout_build_request")
      .find(library.print_all, "cttimeout_snprintf");
  return library;
}

}  // namespace cttimeout::test
