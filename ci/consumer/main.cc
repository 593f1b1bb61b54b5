// A program outside this project: links both libraries as they are installed.
#include <cttimeout/client.h>
#include <cttimeout/fake_kernel.h>

int main() {
  cttimeout::FakeKernel kernel;
  const auto transport = kernel.connect();
  cttimeout::Client client(*transport);
  const bool added{client.add({.name = "web", .protocol = IPPROTO_TCP, .timeouts = {}})};
  const bool opened{cttimeout::open_netlink()};  // no matter whether it can; it must link
  return added && (opened || !opened) ? 0 : 1;
}
