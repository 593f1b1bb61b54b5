// Creates a timeout policy in the kernel and prints what the kernel made of it.
#include <cttimeout/client.h>
#include <cttimeout/format.h>

#include <iostream>

int fail(const cttimeout::Error& error) {
  std::cerr << to_string(error) << '\n';
  return 1;
}

int main() {
  const auto transport = cttimeout::open_netlink();
  if (!transport) return fail(transport.error());
  cttimeout::Client client(**transport);

  cttimeout::Policy policy{.name = "web", .protocol = IPPROTO_TCP, .timeouts = {}};
  policy.timeouts.set(CTA_TIMEOUT_TCP_ESTABLISHED, std::chrono::hours(1));
  const auto web = client.add(policy).and_then([&] { return client.get("web"); });
  if (!web) return fail(web.error());
  std::cout << to_block(*web) << '\n';
}
