// A dump that the kernel refused may still be under way: the next request must not meet it.

#include <gtest/gtest.h>

#include <cerrno>

#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"

namespace cttimeout::test {
namespace {

TEST(RefusedDump, IsOutOfTheWayOfTheNext) {
  constexpr std::size_t policies = 2000;
  FakeKernel kernel;
  const auto transport = kernel.connect();
  Client client(*transport);
  for (std::size_t i = 0; i < policies; ++i) {
    ASSERT_TRUE(client.add({.name = "p" + std::to_string(i), .protocol = IPPROTO_TCP}));
  }
  std::size_t listed = 0;
  const auto count = [&listed](const InstalledPolicy&) { ++listed; };
  constexpr std::uint64_t first_part = 3;  // behind the request and the attempt at a larger one
  ASSERT_TRUE(client.list(count));
  kernel.fail_allocation(first_part - 1);
  kernel.fail_allocation(first_part);
  listed = 0;
  EXPECT_EQ(client.list(count).error().code, ENOBUFS);
  EXPECT_TRUE(client.list(count));
  EXPECT_EQ(listed, policies);
}

}  // namespace
}  // namespace cttimeout::test
