// Canary: a policy of the real kernel, in the namespace that fake-kernel runs in, that must stay.
#pragma once

#include <string>

namespace cttimeout::test {

/// Creates it by nfct. False if there is no kernel that has such policies.
[[nodiscard]] bool set_canary();
/// What the real kernel lists in this namespace.
[[nodiscard]] std::string real_policies();

}  // namespace cttimeout::test
