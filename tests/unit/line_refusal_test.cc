// Each wrong word of a line is refused by name, with what was expected instead.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "cttimeout/format.h"

namespace cttimeout {
namespace {

struct Refusal {
  std::string_view line;
  std::string_view detail;
};

constexpr std::string_view seconds_expected = ": expected whole seconds, 0 or more, as 90 or 1m30s";
constexpr std::string_view quotes_expected =
    "the name in quotes: expected \"...\" of printable ASCII with \\\" \\\\ \\xNN, then a blank";
constexpr std::string_view protocol_expected =
    ": expected icmp tcp udp dccp gre icmpv6 sctp udplite generic or a number up to 255";

constexpr Refusal refusals[] = {
    {"", "the name is missing; expected NAME FAMILY PROTOCOL [SLOT SECONDS]..."},
    {" \t ", "the name is missing; expected NAME FAMILY PROTOCOL [SLOT SECONDS]..."},
    {"a#b inet tcp", "name \"a#b\" must stand in quotes"},
    {"a\"b inet tcp", "name \"a\\\"b\" must stand in quotes"},
    {"a\\b inet tcp", "name \"a\\\\b\" must stand in quotes"},
    {"\x1b[2J inet tcp", "name \"\\x1b[2J\" must stand in quotes"},
    {"\xc3\xa4 inet tcp", "name \"\\xc3\\xa4\" must stand in quotes"},
    {"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn inet tcp",
     "name \"nnnnnnnnnnnn... has 32 bytes; at most 31"},
    {"\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\\x00\" inet tcp",
     "name \"nnnnnnnnnnnn... has 32 bytes; at most 31"},
    {"t", "family \"\": expected inet, inet6 or a number up to 65535"},
    {"t ip tcp", "family \"ip\": expected inet, inet6 or a number up to 65535"},
    {"t -1 tcp", "family \"-1\": expected inet, inet6 or a number up to 65535"},
    {"t 65536 tcp", "family \"65536\": expected inet, inet6 or a number up to 65535"},
    {"t inet tcp syn_sent", "slot syn_sent: its timeout is missing"},
    {"t inet tcp syn_sent 1 SYN_SENT 2", "slot \"SYN_SENT\" is given twice"},
    {"t inet tcp syn_sent 1 slot_1 2", "slot \"slot_1\" is given twice"},
    {"t inet tcp unack 1 unacknowledged 2", "slot \"unacknowledged\" is given twice"},
    {"t inet udp syn_sent 1", "slot \"syn_sent\": udp has unreplied replied"},
    {"t inet udp unack 1", "slot \"unack\": udp has unreplied replied"},
    {"t inet udp slot_0 1", "slot \"slot_0\": udp has unreplied replied"},
    {"t inet udp slot_17 1", "slot \"slot_17\": udp has unreplied replied"},
    {"t inet udp slot_ 1", "slot \"slot_\": udp has unreplied replied"},
    {"t inet udp replied 1 stray", "slot \"stray\": udp has unreplied replied"},
    {"t inet udp replied 1 \x01", "slot \"\\x01\": udp has unreplied replied"},
    {"t inet 200 timeout 1", "slot \"timeout\": protocol 200 has slot_1 to slot_16"},
    {"t inet tcp close 4294967296", "timeout \"4294967296\" of close: at most 4294967295 seconds"},
    {"t inet tcp close 4294967296s",
     "timeout \"4294967296s\" of close: at most 4294967295 seconds"},
    {"t inet tcp close 7101w3d6h28m16s",
     "timeout \"7101w3d6h28m... of close: at most 4294967295 seconds"},
    {"t inet tcp close 18446744073709551616",
     "timeout \"184467440737... of close: at most 4294967295 seconds"},
    {"t inet tcp close 99999999999999999999w",
     "timeout \"999999999999... of close: at most 4294967295 seconds"},
};

void expect_refused(std::string_view line, std::string_view detail) {
  const auto parsed = parse_line(line);
  ASSERT_FALSE(parsed) << line;
  EXPECT_EQ(parsed.error().what, Errc::text_malformed) << line;
  EXPECT_EQ(parsed.error().origin, Origin::request) << line;
  EXPECT_EQ(parsed.error().detail.view(), detail) << line;
}

TEST(LineRefusal, NamesTheWordAndTheReason) {
  for (const Refusal& refusal : refusals) expect_refused(refusal.line, refusal.detail);
}

TEST(LineRefusal, QuotedNameMustBeWellFormed) {
  for (const std::string_view line :
       {"\"t inet tcp", "\"", "\"t\"inet tcp", "\"t\"\" inet tcp", "\"\\n\" inet tcp",
        "\"\\x0\" inet tcp", "\"\\xg0\" inet tcp", "\"\\x0g\" inet tcp", "\"\\x-1\" inet tcp",
        "\"\\x", "\"\\", "\"\\x1", "\"a\tb\" inet tcp", "\"a\nb\" inet tcp",
        "\"\xc3\xa4\" inet tcp", "\"t\"\n inet tcp"}) {
    expect_refused(line, quotes_expected);
  }
}

TEST(LineRefusal, ProtocolMustBeKnownOrANumber) {
  for (const std::string_view word : {"xyz", "256", "-1", "TCP", "6x", "0x6", "+6"}) {
    expect_refused("t inet " + std::string(word),
                   "protocol \"" + std::string(word) + '"' + std::string(protocol_expected));
  }
  expect_refused("t inet", "protocol \"\"" + std::string(protocol_expected));
}

TEST(LineRefusal, TimeoutMustBeWholeSecondsOrUnits) {
  for (const std::string_view word : {"abc", "-1", "+1", "1.5", "0x10", "1e3", "h", "1h30", "30m1h",
                                      "1h1h", "1H", "1y", "m5", "1m-1s", "1\n", "\"5\""}) {
    const auto parsed = parse_line("t inet tcp close " + std::string(word));
    ASSERT_FALSE(parsed) << word;
    EXPECT_TRUE(parsed.error().detail.view().starts_with("timeout \"")) << word;
    EXPECT_TRUE(parsed.error().detail.view().ends_with(seconds_expected)) << word;
  }
}

TEST(LineRefusal, UnknownSlotListsEverySlotOfTheProtocolHoweverLongTheWord) {
  for (const Protocol& protocol : protocols) {
    const auto parsed =
        parse_line("t inet " + std::string(protocol.name) + ' ' + std::string(200, '\xff') + " 1");
    ASSERT_FALSE(parsed);
    const std::string_view detail = parsed.error().detail.view();
    std::string last_slot(protocol.slots.back().name);
    for (char& byte : last_slot) byte = static_cast<char>(std::tolower(byte));
    EXPECT_TRUE(detail.ends_with(' ' + last_slot)) << detail;
  }
}

}  // namespace
}  // namespace cttimeout
