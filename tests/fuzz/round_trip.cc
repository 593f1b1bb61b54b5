// Fuzz target: a policy goes to the fake and comes back. Input: a profile, the bytes of a policy.

#include <linux/netlink.h>

#include <cerrno>

#include "cttimeout/codec.h"
#include "cttimeout/fake_kernel.h"
#include "policy_bytes.h"
#include "target.h"

namespace cttimeout::test {
namespace {

using Buffer = std::array<std::byte, 4096>;

/// The next datagram of a reply, or nothing.
View receive(SocketTransport& transport, Buffer& buffer) {
  const auto received = transport.receive(buffer, {});
  return View(buffer).first(received ? received->size : 0);
}

/// The policy as it should come back: unset slots have their defaults, values wrap at 32 bits of
/// ticks, names end at their first NUL, slots that the protocol lacks are gone.
Policy expected(const Policy& sent, const Protocol& protocol, std::uint32_t hz) {
  Policy policy = sent;
  const std::string_view name = sent.name.view();
  policy.name = name.substr(0, name.find('\0'));
  policy.timeouts = {};
  for (const Slot& slot : protocol.slots) {
    const auto timeout = sent.timeouts.get(slot.number);
    const auto seconds = timeout ? static_cast<std::uint32_t>(timeout->count()) : slot.default_s;
    policy.timeouts.set_raw(slot.number, seconds * hz / hz);
  }
  return policy;
}

int add(SocketTransport& transport, const Policy& policy) {
  Buffer buffer;
  const RequestHeader header{.command = IPCTNL_MSG_TIMEOUT_NEW,
                             .flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
                             .sequence = 1};
  const std::size_t size = encode_request(buffer, header, policy);
  require(size != 0 && transport.send(View(buffer).first(size)).has_value(),
          "every policy can be sent");
  const auto ack = decode_ack(receive(transport, buffer));
  require(ack.has_value(), "a request is acknowledged");
  return ack->error;
}

void require_same(SocketTransport& transport, const Policy& policy) {
  Buffer buffer;
  const RequestHeader header{
      .command = IPCTNL_MSG_TIMEOUT_GET, .flags = NLM_F_REQUEST, .sequence = 2};
  const std::size_t size = encode_request(buffer, header, policy.name);
  require(transport.send(View(buffer).first(size)).has_value(), "every name can be sent");
  const auto found = decode_policy(receive(transport, buffer));
  require(found.has_value(), "a policy that was created is found");
  require(static_cast<const Policy&>(*found) == policy && found->users == 1,
          "a policy comes back as it was sent");
}

void round_trip(const KernelProfile& profile, const Policy& policy) {
  FakeKernel kernel(profile);
  const auto transport = kernel.connect();
  const Protocol* protocol = find_protocol(policy.protocol, profile.version);
  const bool tracked = protocol != nullptr;
  const int error = add(*transport, policy);
  require(error == (tracked ? 0 : EOPNOTSUPP),
          "policies of known protocols are created, no others");
  require(kernel.policy_count() == (tracked ? 1U : 0U), "a refused policy does not exist");
  if (tracked) require_same(*transport, expected(policy, *protocol, profile.hz));
}

}  // namespace
}  // namespace cttimeout::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cttimeout;
  if (size == 0) return 0;
  test::round_trip(kernel_profiles[data[0] % kernel_profiles.size()],
                   test::policy_of(test::view_of(data + 1, size - 1)));
  return 0;
}
