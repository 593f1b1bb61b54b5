// What fake-kernel itself has to say while programs run, each sentence once.
#include "say_once.h"

#include <cstdio>
#include <set>

namespace cttimeout::tools::wrapper {

void say_once(const std::string& sentence) {
  static std::set<std::string> said;
  if (said.insert(sentence).second) std::fprintf(stderr, "fake-kernel: %s\n", sentence.c_str());
}

}  // namespace cttimeout::tools::wrapper
