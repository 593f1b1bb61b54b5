// A program of the project that has this one as a part.
#include <cttimeout/client.h>
#include <cttimeout/fake_kernel.h>

int main() {
  cttimeout::FakeKernel kernel;
  const auto transport = kernel.connect();
  cttimeout::Client client(*transport);
  return client.add({.name = "web", .protocol = IPPROTO_TCP}) ? 0 : 1;
}
