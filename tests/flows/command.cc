// Other people's programs: what they print and whether they succeed.
#include "flows/command.h"

#include <array>
#include <cstdio>

namespace cttimeout::packets {

Outcome run(const std::string& command) {
  // Unprivileged users often lack the folders of these programs in their path.
  const std::string line = "{ export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin; " + command + "; } 2>&1";
  std::FILE* pipe = popen(line.c_str(), "re");
  if (pipe == nullptr) return {.success = false, .output = "no shell"};
  std::string output;
  std::array<char, 4096> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) output += part.data();
  return {.success = pclose(pipe) == 0, .output = output};
}

}  // namespace cttimeout::packets
