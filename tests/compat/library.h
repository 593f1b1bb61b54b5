// One of the two libraries, loaded by its path: the C interface as a table of functions.
#pragma once

#include <memory>
#include <string>

#include "libnetfilter_cttimeout/additions.h"

namespace cttimeout::test {

/// Both libraries have the same SONAME and the same symbols, so neither is linked to.
struct Library {
  decltype(&nfct_timeout_alloc) alloc;
  decltype(&nfct_timeout_free) free;
  decltype(&nfct_timeout_attr_set) set;
  decltype(&nfct_timeout_attr_set_u8) set_u8;
  decltype(&nfct_timeout_attr_set_u16) set_u16;
  decltype(&nfct_timeout_attr_unset) unset;
  decltype(&nfct_timeout_policy_attr_set_u32) set_timeout;
  decltype(&nfct_timeout_policy_attr_to_name) state_name;
  decltype(&nfct_timeout_nlmsg_build_hdr) build_header;
  decltype(&nfct_timeout_nlmsg_build_payload) build_payload;
  decltype(&nfct_timeout_nlmsg_parse_payload) parse;
  decltype(&nfct_timeout_snprintf) print;
  // nullptr in libnetfilter_cttimeout 1.0.1:
  decltype(&nfct_timeout_policy_attr_unset) unset_timeout;
  decltype(&cttimeout_get_name) get_name;
  decltype(&cttimeout_get_l3proto) get_l3proto;
  decltype(&cttimeout_get_l4proto) get_l4proto;
  decltype(&cttimeout_get_timeout) get_timeout;
  decltype(&cttimeout_get_users) get_users;
  decltype(&cttimeout_states) states;
  decltype(&cttimeout_build_request) build_request;
  decltype(&cttimeout_snprintf) print_all;
};

/// Ends the process with status 2 and a reason if there is no such library.
[[nodiscard]] Library open_library(const std::string& path);

/// An object of a library, freed by it.
using Object = std::unique_ptr<nfct_timeout, decltype(&nfct_timeout_free)>;
[[nodiscard]] inline Object new_object(const Library& library) {
  return {library.alloc(), library.free};
}

}  // namespace cttimeout::test
