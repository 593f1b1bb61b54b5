// Behaviours that differ between kernel versions, one row each.
#pragma once

#include <cstdint>

#include "cttimeout/kernel_profile.h"

namespace cttimeout {

enum class Behaviour : std::uint8_t {
  default_set_needs_l3proto,  ///< K-VER-9: DEFAULT_SET without L3PROTO is EINVAL
  delete_refuses_used,        ///< K-VER-16: DELETE of a policy in use is EBUSY, flush skips it
};

/// Whether a kernel of that profile behaves so.
[[nodiscard]] bool has(const KernelProfile& profile, Behaviour behaviour);

}  // namespace cttimeout
