// Protocols: every slot of every row of the protocol table, through every command.
#include <algorithm>
#include <cerrno>

#include "conformance.h"
#include "cttimeout/protocol.h"

namespace cttimeout {

// What a test's parameter is called in lists and messages.
void PrintTo(const Protocol& protocol, std::ostream* out) {
  *out << protocol.name;
}

}  // namespace cttimeout

namespace cttimeout::test {
namespace {

class ProtocolOf : public Conformance, public testing::WithParamInterface<Protocol> {
 protected:
  const Protocol& protocol_ = GetParam();

  [[nodiscard]] std::vector<std::uint32_t> defaults() const {
    std::vector<std::uint32_t> seconds;
    for (const Slot& slot : protocol_.slots) seconds.push_back(slot.default_s);
    return seconds;
  }

  [[nodiscard]] testing::AssertionResult stored(std::string_view name,
                                                const std::vector<std::uint32_t>& timeouts) {
    return answers(get_policy(name), {policy_message({.name = std::string(name),
                                                      .protocol = protocol_.number,
                                                      .timeouts = timeouts})});
  }

  bool missing() { return lacks(tracks(protocol_.number), protocol_.name); }
};

TEST_P(ProtocolOf, IsTrackedOrRefusedThroughout) {  // K-NEW-8, K-DSET-8, K-DGET-5
  if (tracks(protocol_.number)) {
    EXPECT_TRUE(accepts(set_default(protocol_.number, {}).ack()));
    EXPECT_TRUE(answers(get_default(protocol_.number),
                        {default_message(ipv4, protocol_.number, defaults())}));
  } else {
    EXPECT_TRUE(refuses(new_policy("a", ipv4, protocol_.number), EOPNOTSUPP));
    EXPECT_TRUE(refuses(set_default(protocol_.number, {}), EOPNOTSUPP));
    EXPECT_TRUE(refuses(get_default(protocol_.number), EOPNOTSUPP));
  }
}

TEST_P(ProtocolOf, PolicyWithoutSlotsHasTheDefaults) {  // K-NEW-9
  if (missing()) return;
  EXPECT_TRUE(accepts(new_policy("a", ipv4, protocol_.number).ack()));
  EXPECT_TRUE(stored("a", defaults()));
}

TEST_P(ProtocolOf, KeepsEachSlot) {  // K-NEW-10, K-PROTO-1
  if (missing()) return;
  for (const Slot& slot : protocol_.slots) {
    std::vector<std::uint32_t> expected = defaults();
    expected[slot.number - 1U] = 1000U + slot.number;
    const std::string name(slot.name);
    EXPECT_TRUE(accepts(
        new_policy(name, ipv4, protocol_.number, {{slot.number, 1000U + slot.number}}).ack()))
        << name;
    EXPECT_TRUE(stored(name, expected)) << name;
  }
}

TEST_P(ProtocolOf, KeepsAllSlotsTogether) {  // K-NEW-10
  if (missing()) return;
  Bytes data;
  std::vector<std::uint32_t> expected;
  for (const Slot& slot : protocol_.slots) {
    expected.push_back(slot.number * 100U);
    data = join({data, attribute(slot.number, big32(slot.number * 100U))});
  }
  EXPECT_TRUE(accepts(Message(type_new)
                          .name("a")
                          .family(ipv4)
                          .protocol(protocol_.number)
                          .attr(attr_data | nested, data)
                          .ack()));
  EXPECT_TRUE(stored("a", expected));
}

TEST_P(ProtocolOf, HasNoSlotBeyondTheTable) {  // K-PROTO-1
  if (missing()) return;
  const auto beyond = static_cast<std::uint16_t>(protocol_.slots.size() + 1);
  EXPECT_TRUE(accepts(new_policy("a", ipv4, protocol_.number, {{beyond, 5}}).ack()));
  EXPECT_TRUE(stored("a", defaults()));
  EXPECT_TRUE(accepts(Message(type_new)
                          .name("b")
                          .family(ipv4)
                          .protocol(protocol_.number)
                          .attr(attr_data | nested, attribute(beyond, zeros(1)))
                          .ack()));
  EXPECT_TRUE(accepts(set_default(protocol_.number, {{beyond, 5}}).ack()));
  EXPECT_TRUE(answers(get_default(protocol_.number),
                      {default_message(ipv4, protocol_.number, defaults())}));
}

TEST_P(ProtocolOf, SetsEachDefaultAndShowsItInItsSysctl) {  // K-DSET-4, K-DSET-5
  if (missing()) return;
  std::vector<std::uint32_t> expected = defaults();
  for (const Slot& slot : protocol_.slots) {
    const std::uint32_t seconds = 2000U + slot.number;
    expected[slot.number - 1U] = seconds;
    EXPECT_TRUE(accepts(set_default(protocol_.number, {{slot.number, seconds}}).ack()))
        << slot.name;
    EXPECT_TRUE(
        answers(get_default(protocol_.number), {default_message(ipv4, protocol_.number, expected)}))
        << slot.name;
    if (slot.sysctl.empty() || !session().views.sysctls) continue;
    EXPECT_EQ(ground().read_sysctl(slot.sysctl), std::to_string(seconds)) << slot.name;
  }
  EXPECT_TRUE(accepts(new_policy("a", ipv4, protocol_.number).ack()));
  EXPECT_TRUE(stored("a", expected));
}

TEST_P(ProtocolOf, TakesDefaultsFromSysctls) {  // K-DGET-2
  if (missing()) return;
  if (hides(&Views::sysctls, "sysctls of its timeouts")) return;
  std::vector<std::uint32_t> expected = defaults();
  for (const Slot& slot : protocol_.slots) {
    if (slot.sysctl.empty()) continue;
    EXPECT_EQ(ground().read_sysctl(slot.sysctl), std::to_string(slot.default_s)) << slot.name;
    expected[slot.number - 1U] = 3000U + slot.number;
    EXPECT_TRUE(ground().write_sysctl(slot.sysctl, std::to_string(3000U + slot.number)));
    EXPECT_TRUE(
        answers(get_default(protocol_.number), {default_message(ipv4, protocol_.number, expected)}))
        << slot.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Table, ProtocolOf, testing::ValuesIn(protocols),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace cttimeout::test
