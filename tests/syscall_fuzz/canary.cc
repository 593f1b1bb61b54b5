// Canary: a policy of the real kernel, in the namespace that fake-kernel runs in, that must stay.
#include "canary.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace cttimeout::test {

bool set_canary() {
  return std::system("nfct add timeout canary inet udp replied 4711") == 0;  // NOLINT: our words
}

std::string real_policies() {
  std::string text;
  FILE* const listing = popen("nfct list timeout 2>&1", "r");  // NOLINT: our own words
  if (listing == nullptr) return text;
  std::array<char, 4096> room{};
  while (std::fgets(room.data(), static_cast<int>(room.size()), listing) != nullptr) {
    text += room.data();
  }
  pclose(listing);
  return text;
}

}  // namespace cttimeout::test
