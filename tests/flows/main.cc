// Flows: one binary for every kernel. --kernel=fake:PROFILE, real or real-legacy.
#include <gtest/gtest.h>

#include <cstdio>
#include <span>
#include <string_view>

#include "flows/flow_path.h"
#include "support/network_namespace.h"

namespace cttimeout::packets {
namespace {

constexpr const char* usage =
    "flow_conformance [--kernel=KERNEL] [--gtest_...]\n"
    "  --kernel=fake:PROFILE  a profile of the fake; fake:linux-6.18 is the default\n"
    "  --kernel=real          the running kernel, with rules by iptables-nft\n"
    "  --kernel=real-legacy   the same by iptables-legacy\n";

void set_up_real(std::string_view backend) {
  session().missing = test::enter_own_user_namespace().value_or("");
  if (!session().missing.empty()) return;
  if (const auto ground = test::real_flow_ground(backend); !ground) {
    session().missing = "no real kernel to run on: " + ground.error();
  }
  session().new_ground = [backend] { return test::real_flow_ground(backend).value(); };
}

bool set_up(std::string_view kernel) {
  constexpr std::string_view fake = "fake:";
  if (kernel == "real") {
    set_up_real("nft");
  } else if (kernel == "real-legacy") {
    set_up_real("legacy");
  } else {
    const KernelProfile* profile =
        kernel.starts_with(fake) ? find_profile(kernel.substr(fake.size())) : nullptr;
    if (profile == nullptr) return false;
    session().new_ground = [profile] { return test::fake_flow_ground(*profile); };
  }
  return true;
}

}  // namespace
}  // namespace cttimeout::packets

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  constexpr std::string_view option = "--kernel=";
  std::string_view kernel = "fake:linux-6.18";
  bool known = true;
  for (const std::string_view argument :
       std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
    known = known && argument.starts_with(option);
    if (known) kernel = argument.substr(option.size());
  }
  using namespace cttimeout::packets;
  if (known && set_up(kernel)) return RUN_ALL_TESTS();
  std::fputs(usage, stderr);
  return 2;
}
