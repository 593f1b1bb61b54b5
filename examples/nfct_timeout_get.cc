// nfct-timeout-get: prints one policy, or all of them.
#include <iostream>

#include "cttimeout/format.h"
#include "session.h"

namespace {

constexpr std::string_view usage = R"(Usage: nfct-timeout-get [NAME]
Prints the policy NAME, or without NAME every policy in order of creation.
Example: nfct-timeout-get test
)";

void print(const cttimeout::Policy& policy) {
  std::cout << to_block(policy) << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (examples::wants_help(argc, argv, usage)) return 0;
  if (argc > 2) return examples::wrong_usage(usage);
  return examples::run([&](cttimeout::Client& client) {
    return argc == 1 ? client.list(print) : client.get(argv[1]).map(print);
  });
}
