// What the rules say of the kernel is true: the wrong bytes of the page, given to one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"
#include "rule_examples.h"
#include "support/request.h"

namespace cttimeout::tools::check {
namespace {

using Errors = std::vector<int>;

struct Effect {
  std::string_view rule;
  Errors answers;        ///< errno of each ack, in order; 0 is success
  std::size_t policies;  ///< left of "web" and "dns", or made
  bool seeded;           ///< "web" and "dns" are there
  std::string_view profile = "linux-6.18";
};

const Effect effects[] = {
    {"C-FRAME-SHORT", {}, 0, false},
    {"C-FRAME-LENGTH", {}, 0, false},
    {"C-FRAME-UNPADDED", {ENOENT}, 2, true},
    {"C-FRAME-NFGEN", {0}, 2, true},
    {"C-ORDER-HEADER", {EINVAL}, 2, true},
    {"C-ORDER-ATTR", {EINVAL}, 2, true},
    {"C-ORDER-L3PROTO", {0}, 1, false},
    {"C-ORDER-L4PROTO", {EOPNOTSUPP}, 0, false},
    {"C-ORDER-RESID", {EINVAL}, 0, false},
    {"C-TYPE-UNKNOWN", {EINVAL}, 2, true},
    {"C-TYPE-CONTROL", {0}, 2, true},
    {"C-BATCH-BEGIN", {EOPNOTSUPP}, 0, false},
    {"C-BATCH-STRAY", {0, EINVAL}, 1, false},
    {"C-FLAG-REQUEST", {0}, 2, true},
    {"C-FLAG-ACK", {}, 1, true},
    {"C-FLAG-CREATE", {0}, 1, false},
    {"C-FLAG-BOTH", {EEXIST}, 2, true},
    {"C-FLAG-NEITHER", {EBUSY}, 2, true},
    {"C-FLAG-IGNORED", {0}, 1, true},
    {"C-HEAD-PORT", {0}, 1, false},
    {"C-HEAD-NFGEN", {0}, 1, false},
    {"C-ATTR-LEFTOVER", {0}, 1, false},
    {"C-ATTR-UNPADDED", {EINVAL}, 0, false},
    {"C-ATTR-UNKNOWN", {0}, 1, false},
    {"C-ATTR-MISSING", {EINVAL}, 0, false},
    {"C-ATTR-DUPLICATE", {0}, 1, true},
    {"C-ATTR-IGNORED", {0}, 1, true},
    {"C-FLUSH-FILTER", {0}, 0, true},
    {"C-NAME-FLUSH", {0}, 0, true},
    {"C-NEST-MISSING", {0}, 1, false},
    {"C-NEST-STRAY", {0}, 1, false},
    {"C-ATTR-BYTEORDER", {0}, 1, false},
    {"C-LEN-SHORT", {ERANGE}, 0, false},
    {"C-LEN-LONG", {0}, 1, false},
    {"C-LEN-CUT", {0}, 1, false},
    {"C-PAD-LEAK", {0}, 1, false},
    {"C-NAME-UNTERMINATED", {EINVAL}, 2, true},
    {"C-NAME-LONG", {EINVAL}, 2, true},
    {"C-NAME-CUT", {0}, 1, true},
    {"C-NAME-EMPTY", {ENOENT}, 2, true},
    {"C-L3-UNUSED", {0}, 1, false},
    {"C-L3-L4", {0}, 1, false},
    {"C-L4-UNKNOWN", {EOPNOTSUPP}, 0, false},
    {"C-L4-KERNELS", {0}, 1, false},
    {"C-L4-KERNELS", {EOPNOTSUPP}, 0, false, "linux-7.2"},
    {"C-SET-L3PROTO", {0}, 0, false},
    {"C-SET-L3PROTO", {EINVAL}, 0, false, "linux-6.1"},
    {"C-SET-NOTHING", {0}, 0, false},
    {"C-SLOT-UNKNOWN", {0}, 1, false},
    {"C-READ-DONE", {}, 2, true},
};

/// The errno of every NLMSG_ERROR that is queued.
Errors acks(Transport& transport) {
  Errors errors;
  std::vector<std::byte> buffer(65536);
  while (const auto got = transport.receive(buffer, std::chrono::milliseconds(0))) {
    const test::View answer = test::View(buffer).first(got->size);
    if (test::read16(answer, 4) != test::type_error) continue;
    errors.push_back(-static_cast<int>(test::read32(answer, test::header_size)));
  }
  return errors;
}

void send_example(Transport& transport, std::string_view id) {
  const auto capture = read_hex(find_example(id)->wrong);
  ASSERT_TRUE(capture);
  for (const Event& event : capture->events) {
    if (event.kind != Event::Kind::sent) continue;
    ASSERT_TRUE(transport.send(event.bytes));
  }
}

FakeKernel kernel_of(std::string_view profile) {
  return FakeKernel(*std::ranges::find(kernel_profiles, profile, &KernelProfile::name));
}

TEST(RulesOnAKernel, HaveTheEffectThatTheySay) {
  for (const Effect& effect : effects) {
    SCOPED_TRACE(std::string(effect.rule) + " on " + std::string(effect.profile));
    FakeKernel kernel = kernel_of(effect.profile);
    const auto transport = kernel.connect();
    Client client(*transport);
    for (const char* const name : {"web", "dns"}) {
      if (!effect.seeded) continue;
      ASSERT_TRUE(client.add({.name = name, .protocol = IPPROTO_TCP, .timeouts = {}}));
    }
    send_example(*transport, effect.rule);
    EXPECT_EQ(acks(*transport), effect.answers);
    EXPECT_EQ(kernel.policy_count(), effect.policies);
  }
}

/// The ESTABLISHED of "web", after the wrong bytes of that rule.
std::optional<std::chrono::seconds> established_after(std::string_view id) {
  FakeKernel kernel;
  const auto transport = kernel.connect();
  send_example(*transport, id);
  acks(*transport);
  const auto policy = Client(*transport).get("web");
  return policy ? policy->timeouts.get(CTA_TIMEOUT_TCP_ESTABLISHED) : std::nullopt;
}

TEST(RulesOnAKernel, SayWhatBecomesOfATimeout) {
  EXPECT_EQ(established_after("C-VALUE-WRAP"), std::chrono::seconds(0));
  EXPECT_EQ(established_after("C-VALUE-ZERO"), std::chrono::seconds(0));
  EXPECT_EQ(established_after("C-SLOT-UNKNOWN"), std::chrono::seconds(432000));
  EXPECT_NE(established_after("C-ORDER-TIMEOUT"), std::chrono::seconds(3600));
}

TEST(RulesOnAKernel, SayHowAGetOfOnePolicyIsAnswered) {
  FakeKernel kernel;
  const auto transport = kernel.connect();
  ASSERT_TRUE(Client(*transport).add({.name = "web", .protocol = IPPROTO_TCP, .timeouts = {}}));
  send_example(*transport, "C-READ-DONE");
  std::vector<std::byte> buffer(65536);
  ASSERT_TRUE(transport->receive(buffer, std::chrono::milliseconds(0)));
  EXPECT_EQ(test::read16(buffer, 4), test::type_new);
  EXPECT_EQ(test::read16(buffer, 6), NLM_F_MULTI);
  EXPECT_FALSE(transport->receive(buffer, std::chrono::milliseconds(0))) << "no DONE, no ack";
}

}  // namespace
}  // namespace cttimeout::tools::check
