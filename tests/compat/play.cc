// Plays one difference on one library: play LIBRARY ID prints what is seen.

#include <algorithm>
#include <cstdio>

#include "difference.h"
#ifdef GUARD_MEMORY
#include "guarded_memory.h"
#endif

int main(int argc, char** argv) {
  using namespace cttimeout::test;
  if (argc != 3) return 2;
  const Library library = open_library(argv[1]);
  const auto differences = all_differences();
  const auto found = std::ranges::find(differences, argv[2], &Difference::id);
  if (found == differences.end()) return 2;
#ifdef GUARD_MEMORY
  guard_memory();
#endif
  const std::string seen = found->play(library);
  std::fwrite(seen.data(), 1, seen.size(), stdout);  // after what the library has put there
}
