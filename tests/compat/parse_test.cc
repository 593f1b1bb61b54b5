// Messages of any bytes: parsed whole, or refused with the object as it was.

#include <gtest/gtest.h>

#include "difference.h"
#include "support/page_end.h"
#include "support/random.h"
#include "support/reply.h"

namespace cttimeout::test {
namespace {

constexpr std::size_t header = 16;

class CompatParse : public testing::Test {
 protected:
  /// Parses into an object with known contents; they must be there still if it is refused.
  bool takes(const Bytes& message) {
    const Object object = new_object(library_, "before", udp);
    const std::string before = printed(library_, object);
    PageEnd end(message.size());
    const auto* header = reinterpret_cast<const nlmsghdr*>(end.hold(message).data());
    const std::string result = returned([&] { return library_.parse(header, object.get()); });
    if (result == "0") return true;
    EXPECT_EQ(result, "-1 EINVAL");
    EXPECT_EQ(printed(library_, object), before);
    return false;
  }

  static Bytes with_length(Bytes message, std::size_t length) {
    const Bytes size = host32(static_cast<std::uint32_t>(length));
    std::ranges::copy(size, message.begin());
    return message;
  }

 private:
  Library library_ = open_library(OUR_LIBRARY);
};

TEST_F(CompatParse, RefusesEveryTruncation) {
  const Bytes whole = policy_message({"web", ipv4, tcp, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}});
  ASSERT_TRUE(takes(whole));
  for (std::size_t size = header; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    // DATA comes last: a policy is whole at the end only.
    EXPECT_FALSE(takes(with_length(cut, size))) << size;
  }
}

TEST_F(CompatParse, ReadsNothingBeyondTheMessage) {
  const Bytes whole = policy_message({"web", ipv4, udp, {1, 2}});
  Random random(1);
  for (int round = 0; round < 20000; ++round) {
    Bytes bent = whole;
    for (std::size_t i = 0; i <= random.below(4); ++i) {
      bent[header + random.below(bent.size() - header)] = std::byte(random.between(0, 255));
    }
    takes(bent);  // or it would end the program
  }
}

}  // namespace
}  // namespace cttimeout::test
