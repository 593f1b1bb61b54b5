// A list of a million policies is read in constant memory.

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"

namespace cttimeout::test {
namespace {

/// A line of /proc/self/status, in KiB.
std::size_t status_kib(const std::string& key) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key + ":")) return std::stoul(line.substr(key.size() + 1));
  }
  return 0;
}

/// From now on, VmHWM tells the peak since this moment.
bool forget_peak() {
  std::ofstream file("/proc/self/clear_refs");
  return file << "5" << std::flush ? true : false;
}

TEST(ListMemory, DoesNotGrowWithTheList) {
  constexpr std::size_t count = 1'000'000;
  FakeKernel kernel;
  const auto transport = kernel.connect();
  Client client(*transport);
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_TRUE(client.add({.name = std::to_string(i), .protocol = IPPROTO_UDP, .timeouts = {}}));
  }
  if (!forget_peak()) GTEST_SKIP() << "this kernel does not let a process forget its peak";
  const std::size_t before_kib = status_kib("VmRSS");
  ASSERT_GT(before_kib, count * sizeof(Policy) / 2 / 1024) << "the fake itself holds them";

  std::size_t listed = 0;
  ASSERT_TRUE(client.list([&](const InstalledPolicy& policy) {
    listed += policy.name == Name(std::to_string(listed)) ? 1 : 0;
  }));
  EXPECT_EQ(listed, count);
  EXPECT_LT(status_kib("VmHWM"), before_kib + 1024);
}

}  // namespace
}  // namespace cttimeout::test
