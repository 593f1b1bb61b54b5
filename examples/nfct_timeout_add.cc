// nfct-timeout-add: creates a policy of which only the first timeout is given.
#include "session.h"

namespace {

constexpr std::string_view usage = R"(Usage: nfct-timeout-add NAME L3PROTO L4PROTO
Creates a policy whose first timeout is 100 seconds; the others are the kernel's defaults.
L3PROTO: 2 is IPv4, 10 is IPv6. L4PROTO: 6 is TCP, 17 is UDP, 255 is any other protocol.
Example: nfct-timeout-add test 2 6
)";

}  // namespace

int main(int argc, char** argv) {
  if (examples::wants_help(argc, argv, usage)) return 0;
  if (argc != 4) return examples::wrong_usage(usage);
  const auto family = examples::read_number("L3PROTO", argv[2], 65535);
  const auto protocol = examples::read_number("L4PROTO", argv[3], 255);
  if (!family || !protocol) return examples::wrong_usage(usage);

  const cttimeout::Policy policy{.name = argv[1],
                                 .family = static_cast<cttimeout::Family>(*family),
                                 .protocol = static_cast<std::uint8_t>(*protocol),
                                 .timeouts = {{1, std::chrono::seconds(100)}}};
  return examples::run([&](cttimeout::Client& client) { return client.add(policy); });
}
