// nfct-timeout-delete: deletes one policy, or all that no rule refers to.
#include "session.h"

namespace {

constexpr std::string_view usage = R"(Usage: nfct-timeout-delete [NAME]
Deletes the policy NAME. Without NAME it deletes EVERY policy that no rule refers to.
Example: nfct-timeout-delete test
)";

}  // namespace

int main(int argc, char** argv) {
  if (examples::wants_help(argc, argv, usage)) return 0;
  if (argc > 2) return examples::wrong_usage(usage);
  return examples::run([&](cttimeout::Client& client) {
    return argc == 1 ? client.flush() : client.remove(argv[1]);
  });
}
