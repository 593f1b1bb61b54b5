// Endpoints and prefixes as text.
#include "cttimeout/address.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <stdexcept>
#include <string>

#include "cttimeout/build_packet.h"

namespace cttimeout {
namespace {

TEST(Endpoints, AreWrittenAsText) {
  EXPECT_EQ(Endpoint("10.0.0.1:22").port, 22);
  EXPECT_EQ(Endpoint("[fd00::1]:22").family, AF_INET6);
  EXPECT_EQ(Endpoint("fd00::1").port, 0);
  EXPECT_EQ(Endpoint("10.0.0.1"), Endpoint("10.0.0.1:0"));
  for (const std::string_view text :
       {"", "10.0.0.1:", "10.0.0.1:65536", "10.0.0.1:x", "10.0.0.1:1x", "10.0.0.256", "[fd00::1]",
        "[fd00::1]:", "[fd00::1:22", "[10.0.0.1]:22", "fd00::1%eth0", "localhost:22", ":22", "["}) {
    EXPECT_FALSE(Endpoint::parse(text)) << text;
    EXPECT_THROW((void)Endpoint(text), std::invalid_argument) << text;
  }
  EXPECT_FALSE(Endpoint::parse(std::string("10.0.0.1\0", 9)));
  EXPECT_THROW((void)udp("10.0.0.1:1", "[fd00::1]:1"), std::invalid_argument);
  EXPECT_THROW((void)udp({}, {}), std::invalid_argument);
}

TEST(Prefixes, AreWrittenAsText) {
  EXPECT_TRUE(Prefix("10.0.0.0/8").contains(Endpoint("10.255.0.1").address));
  EXPECT_FALSE(Prefix("10.0.0.0/8").contains(Endpoint("11.0.0.1").address));
  EXPECT_TRUE(Prefix("10.0.0.4/30").contains(Endpoint("10.0.0.7").address));
  EXPECT_FALSE(Prefix("10.0.0.4/30").contains(Endpoint("10.0.0.8").address));
  EXPECT_TRUE(Prefix("0.0.0.0/0").contains(Endpoint("255.0.0.1").address));
  EXPECT_TRUE(Prefix("fd00::1").contains(Endpoint("fd00::1").address));
  EXPECT_FALSE(Prefix("fd00::1").contains(Endpoint("fd00::2").address));
  for (const std::string_view text :
       {"10.0.0.0/33", "fd00::/129", "10.0.0.0/", "10.0.0.0/-1", "/8"}) {
    EXPECT_THROW((void)Prefix(text), std::invalid_argument) << text;
  }
}

}  // namespace
}  // namespace cttimeout
