// The machines that a test binary can be pointed at, by the words of its command line.
#include "support/machines.h"

#include <cstdlib>

#include "support/fake_ground.h"
#include "support/real_ground.h"

namespace cttimeout::test {

tl::expected<std::unique_ptr<Machine>, NoMachine> open_machine(std::string_view name) {
  constexpr std::string_view fake = "fake:";
  if (name == "real") {
    return RealMachine::open().map_error(
        [](const std::string& reason) { return NoMachine{.reason = reason, .missing = true}; });
  }
  const KernelProfile* profile =
      name.starts_with(fake) ? find_profile(name.substr(fake.size())) : nullptr;
  if (profile == nullptr) return tl::unexpected(NoMachine{"no such kernel: " + std::string(name)});
  return std::make_unique<FakeMachine>(*profile);
}

bool kernel_required() {
  const char* value = std::getenv("CTTIMEOUT_REQUIRE_KERNEL");
  return value != nullptr && std::string_view(value) == "1";
}

}  // namespace cttimeout::test
