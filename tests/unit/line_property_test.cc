// Print, parse, print: no policy loses anything on the way, whatever its bytes and numbers.
#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <random>
#include <string>
#include <string_view>

#include "cttimeout/format.h"

namespace cttimeout {
namespace {

/// Draws policies: half of the numbers are those that mean something, half are any.
class PolicySource {
 public:
  explicit PolicySource(std::uint32_t seed) : random_(seed) {}

  Policy next() {
    Policy policy{.name = name(), .family = family(), .protocol = protocol(), .timeouts = {}};
    const std::uint32_t mask = below(1U << max_slots);
    for (std::size_t slot = 1; slot <= max_slots; ++slot) {
      if ((mask >> (slot - 1) & 1U) != 0) policy.timeouts.set_raw(slot, timeout());
    }
    return policy;
  }

 private:
  std::uint32_t below(std::uint32_t limit) {
    return std::uniform_int_distribution<std::uint32_t>(0, limit - 1)(random_);
  }

  Name name() {
    std::string bytes(below(max_name_size + 1), '\0');
    const bool readable = below(2) == 0;
    for (char& byte : bytes) byte = static_cast<char>(readable ? '!' + below(94) : below(256));
    return Name(bytes);
  }

  Family family() {
    constexpr std::array named{Family::ipv4, Family::ipv6};
    return below(2) == 0 ? named[below(2)] : static_cast<Family>(below(65536));
  }

  std::uint8_t protocol() {
    constexpr auto rows = static_cast<std::uint32_t>(protocols.size());
    return below(2) == 0 ? protocols[below(rows)].number : static_cast<std::uint8_t>(below(256));
  }

  std::uint32_t timeout() {
    constexpr std::uint32_t largest = std::numeric_limits<std::uint32_t>::max();
    constexpr std::array edges{0U, 1U, largest - 1, largest};
    return below(2) == 0 ? edges[below(edges.size())] : below(largest);
  }

  std::mt19937 random_;
};

void expect_round_trip(const Policy& policy) {
  const std::string line = to_line(policy);
  for (const char byte : line) ASSERT_TRUE(byte >= ' ' && byte <= '~') << line;
  const auto parsed = parse_line(line);
  ASSERT_TRUE(parsed) << line << ": " << to_string(parsed.error());
  ASSERT_EQ(*parsed, policy) << line;
  ASSERT_EQ(to_line(*parsed), line);
}

TEST(LineProperty, EveryDrawnPolicySurvivesPrintAndParse) {
  const auto seed = static_cast<std::uint32_t>(GTEST_FLAG_GET(random_seed));
  SCOPED_TRACE("again with --gtest_random_seed=" + std::to_string(seed));
  PolicySource source(seed);
  for (int i = 0; i < 20000; ++i) ASSERT_NO_FATAL_FAILURE(expect_round_trip(source.next()));
}

TEST(LineProperty, EveryByteSurvivesAtEveryPlaceOfAName) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const std::string_view pattern : {"*", "*a", "a*", "a*a", "**"}) {
      std::string name(pattern);
      for (char& place : name) place = place == '*' ? static_cast<char>(byte) : place;
      const Policy policy{
          .name = Name(name), .family = Family::ipv4, .protocol = 6, .timeouts = {}};
      ASSERT_NO_FATAL_FAILURE(expect_round_trip(policy));
    }
  }
}

TEST(LineProperty, EveryFamilyAndEveryProtocolSurvives) {
  Policy policy{.name = "p", .family = Family{0}, .protocol = 0, .timeouts = {}};
  for (std::uint32_t number = 0; number < 65536; ++number) {
    policy.family = static_cast<Family>(number);
    policy.protocol = static_cast<std::uint8_t>(number);
    ASSERT_NO_FATAL_FAILURE(expect_round_trip(policy));
  }
}

TEST(LineProperty, EverySlotOfEveryProtocolSurvives) {
  for (int protocol = 0; protocol < 256; ++protocol) {
    for (std::size_t slot = 1; slot <= max_slots; ++slot) {
      for (const std::uint32_t timeout_s : {0U, std::numeric_limits<std::uint32_t>::max()}) {
        Policy policy{.name = "p",
                      .family = Family::ipv4,
                      .protocol = static_cast<std::uint8_t>(protocol),
                      .timeouts = {}};
        policy.timeouts.set_raw(slot, timeout_s);
        ASSERT_NO_FATAL_FAILURE(expect_round_trip(policy));
      }
    }
  }
}

TEST(LineProperty, ParserTakesAnyBytesWithoutHarm) {
  const auto seed = static_cast<std::uint32_t>(GTEST_FLAG_GET(random_seed));
  SCOPED_TRACE("again with --gtest_random_seed=" + std::to_string(seed));
  std::mt19937 random(seed);
  PolicySource source(seed);
  std::uniform_int_distribution<int> byte(0, 255);
  for (int i = 0; i < 20000; ++i) {
    std::string line = to_line(source.next());
    line[random() % line.size()] = static_cast<char>(byte(random));
    line.resize(random() % (line.size() + 1));
    const auto parsed = parse_line(line);
    if (parsed) {
      ASSERT_EQ(parse_line(to_line(*parsed)), parsed) << line;
    } else {
      ASSERT_FALSE(parsed.error().detail.empty()) << line;
    }
  }
}

}  // namespace
}  // namespace cttimeout
