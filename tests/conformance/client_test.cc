// The library's Client on the kernel under test: what it sends, and what it makes of the replies.
#include <cerrno>

#include "conformance.h"
#include "cttimeout/client.h"
#include "cttimeout/socket_transport.h"
#include "support/applied.h"
#include "support/claiming_transport.h"

namespace cttimeout::test {
namespace {

using std::chrono_literals::operator""s;

class ClientOnKernel : public Conformance {
 protected:
  void begin() override {
    transport_ = std::make_unique<SocketTransport>(ground().socket());
    client_ = std::make_unique<Client>(*transport_);
  }

  void end() override {
    client_.reset();
    transport_.reset();
  }

  [[nodiscard]] Client& client() { return *client_; }
  [[nodiscard]] SocketTransport& transport() { return *transport_; }

  std::vector<InstalledPolicy> list() {
    std::vector<InstalledPolicy> policies;
    EXPECT_TRUE(client().list([&](const InstalledPolicy& policy) { policies.push_back(policy); }));
    return policies;
  }

  static InstalledPolicy installed(Policy policy, std::uint32_t users = 1) {
    InstalledPolicy result;
    static_cast<Policy&>(result) = policy;
    result.users = users;
    return result;
  }

  // The kernel refused, with this errno and without a text.
  template <class T>
  static testing::AssertionResult refused(const Result<T>& result, int code) {
    if (result) return testing::AssertionFailure() << "it succeeded";
    const Error& error = result.error();
    const bool as_expected = error.origin == Origin::kernel && error.what == Errc::refused &&
                             error.code == code && error.detail.empty() && !error.offset;
    if (as_expected) return testing::AssertionSuccess();
    return testing::AssertionFailure() << to_string(error);
  }

  const Policy web_{.name = "web", .protocol = udp, .timeouts = {{1, 5s}, {2, 60s}}};

 private:
  std::unique_ptr<SocketTransport> transport_;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientOnKernel, AddsAndGets) {
  EXPECT_TRUE(client().add(web_));
  EXPECT_EQ(client().get("web"), installed(web_));
}

TEST_F(ClientOnKernel, GetsDefaultsForSlotsNotSet) {
  EXPECT_TRUE(client().add({.name = "a", .family = Family::ipv6, .protocol = icmpv6}));
  EXPECT_EQ(
      client().get("a"),
      installed({.name = "a", .family = Family::ipv6, .protocol = icmpv6, .timeouts = {{1, 30s}}}));
}

TEST_F(ClientOnKernel, DoesNotAddTwice) {
  EXPECT_TRUE(client().add(web_));
  EXPECT_TRUE(refused(client().add(web_), EEXIST));
}

TEST_F(ClientOnKernel, ReplacesInPlace) {
  EXPECT_TRUE(client().replace(web_));
  Policy other = web_;
  other.timeouts = {{1, 7s}};
  EXPECT_TRUE(client().replace(other));
  other.timeouts = {{1, 7s}, {2, 120s}};
  EXPECT_EQ(client().get("web"), installed(other));
  other.family = Family::ipv6;
  EXPECT_TRUE(refused(client().replace(other), EINVAL));
}

TEST_F(ClientOnKernel, LearnsThatProtocolIsNotTracked) {
  EXPECT_TRUE(refused(client().add({.name = "a", .protocol = 200}), EOPNOTSUPP));
}

TEST_F(ClientOnKernel, RemovesByName) {
  EXPECT_TRUE(client().add(web_));
  EXPECT_TRUE(client().remove("web"));
  EXPECT_TRUE(refused(client().remove("web"), ENOENT));
  EXPECT_TRUE(refused(client().get("web"), ENOENT));
}

TEST_F(ClientOnKernel, LearnsThatPolicyIsInUse) {
  if (hides(&Views::rules, "rules that refer to policies")) return;
  EXPECT_TRUE(client().add(web_));
  ASSERT_TRUE(ground().hold("web"));
  const auto web = client().get("web");
  ASSERT_TRUE(web);
  EXPECT_GT(web->users, 1U);
  EXPECT_EQ(web, installed(web_, web->users));
}

TEST_F(ClientOnKernel, FlushesAll) {
  EXPECT_TRUE(client().flush());
  EXPECT_TRUE(client().add(web_));
  EXPECT_TRUE(client().flush());
  EXPECT_TRUE(list().empty());
}

TEST_F(ClientOnKernel, ListsInOrderOfCreation) {
  const Policy ssh{.name = "ssh", .protocol = generic, .timeouts = {{1, 9s}}};
  EXPECT_TRUE(client().add(web_));
  EXPECT_TRUE(client().add(ssh));
  EXPECT_EQ(list(), (std::vector{installed(web_), installed(ssh)}));
}

TEST_F(ClientOnKernel, ListsThroughSeveralParts) {
  create_policies(130);
  const std::vector<InstalledPolicy> policies = list();
  ASSERT_EQ(policies.size(), 130U);
  for (int number = 0; number < 130; ++number) {
    EXPECT_EQ(policies[static_cast<std::size_t>(number)].name.view(), numbered(number));
  }
}

TEST_F(ClientOnKernel, AppliesManyChanges) {
  std::vector<Change> changes;
  std::vector<int> codes;
  for (int number = 0; number < 200; ++number) {
    changes.push_back(add(numbered(number)));
    changes.push_back(number % 3 == 0 ? add(numbered(number)) : remove(numbered(number)));
    codes.insert(codes.end(), {0, number % 3 == 0 ? EEXIST : 0});
  }
  EXPECT_EQ(results_of(client(), changes), (Applied{codes, 333}));
  EXPECT_EQ(list().size(), 67U);
}

TEST_F(ClientOnKernel, AppliesThroughTheSmallestReceiveBuffer) {
  set_buffer(transport(), SO_RCVBUF, 1);
  ClaimingTransport claiming(transport());  // a recording does not tell
  claiming.claimed_buffer = 2304;
  Client small(claiming);
  EXPECT_EQ(results_of(small, {remove("x"), add("a"), remove("y"), remove("z")}),
            (Applied{{ENOENT, 0, ENOENT, ENOENT}, 1}));
}

TEST_F(ClientOnKernel, ReadsBackWhatTheSmallestReceiveBufferLost) {
  set_buffer(transport(), SO_RCVBUF, 1);
  std::vector<Change> changes(5, remove("x"));
  changes.insert(changes.end(), {add("a"), add("b", 1s, 200), remove("y")});
  ClaimingTransport claiming(transport());
  claiming.claimed_buffer = 212'992;
  Client believing(claiming);
  const Applied applied = results_of(believing, changes);
  ASSERT_EQ(applied.codes.size(), 8U);
  EXPECT_EQ(applied.codes[0], ENOENT);
  EXPECT_EQ(applied.codes[5], 0);
  EXPECT_EQ(applied.codes[6], ENOBUFS);  // it is not there
  EXPECT_EQ(applied.codes[7], 0);        // nor is this one, as was asked
}

TEST_F(ClientOnKernel, GetsAndSetsDefaults) {
  EXPECT_EQ(client().get_default(udp), (Timeouts{{1, 30s}, {2, 120s}}));
  EXPECT_TRUE(client().set_default(udp, {{2, 99s}}));
  EXPECT_EQ(client().get_default(udp), (Timeouts{{1, 30s}, {2, 99s}}));
  EXPECT_TRUE(refused(client().get_default(200), EOPNOTSUPP));
}

TEST_F(ClientOnKernel, LearnsThatItMayNot) {
  ground().set_capable(false);
  EXPECT_TRUE(refused(client().add(web_), EPERM));
  EXPECT_TRUE(refused(client().get("web"), EPERM));
  EXPECT_TRUE(refused(client().list([](const InstalledPolicy&) {}), EPERM));
  EXPECT_TRUE(refused(client().flush(), EPERM));
}

}  // namespace
}  // namespace cttimeout::test
