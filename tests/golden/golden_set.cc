// Turns the recordings of a kernel line from their whole form into the reduced one, and back.
#include "support/golden_set.h"

#include <cstdio>
#include <string_view>

int main(int argc, char** argv) {
  using namespace cttimeout::test;
  const std::string_view verb = argc == 4 ? argv[1] : "";
  if (verb != "reduce" && verb != "expand") {
    std::fputs("usage: golden_set reduce WHOLE SET | expand SET WHOLE\n", stderr);
    return 2;
  }
  const auto done = verb == "reduce" ? reduce(argv[2], argv[3]) : expand(argv[2], argv[3]);
  if (!done) std::fprintf(stderr, "golden_set: %s\n", done.error().c_str());
  return done ? 0 : 1;
}
