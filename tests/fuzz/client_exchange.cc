// Fuzz target: a Client whose kernel is not to be trusted. Input: the first operation, then records
// (records.h), each of which is what the next receive brings.

#include <array>

#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"
#include "draw_reply.h"
#include "hostile_transport.h"
#include "mutate.h"
#include "target.h"

namespace cttimeout::test {
namespace {

const Policy policy{
    .name = "web", .protocol = IPPROTO_TCP, .timeouts = {{3, std::chrono::hours(1)}}};

/// Some changes in one datagram: the first error, or success.
Result<void> apply(Client& client) {
  const std::array<Change, 3> changes{Change{.kind = Change::Kind::replace, .policy = policy},
                                      Change{.kind = Change::Kind::add, .policy = policy},
                                      Change{.kind = Change::Kind::remove, .policy = policy}};
  std::size_t visited = 0;
  std::size_t succeeded = 0;
  Result<void> whole;
  const std::size_t made = client.apply(changes, [&](std::size_t index, const auto& result) {
    require(index == visited++, "each change is told of once, in order");
    if (result) ++succeeded;
    if (!result && whole) whole = result;
  });
  require(visited == changes.size() && made == succeeded, "every change is told of");
  return whole;
}

Result<void> operate(Client& client, unsigned operation) {
  const auto no_value = [](const auto&) {};
  switch (operation % 9) {
    case 0:
      return client.add(policy);
    case 1:
      return client.replace(policy);
    case 2:
      return client.get(policy.name.view()).map(no_value);
    case 3:
      return client.list(no_value);
    case 4:
      return client.remove(policy.name.view());
    case 5:
      return client.flush();
    case 6:
      return client.get_default(policy.protocol).map(no_value);
    case 7:
      return apply(client);
    default:
      return client.set_default(policy.protocol, policy.timeouts);
  }
}

void require_truth(const HostileTransport& transport, const Result<void>& result) {
  if (result) return require(transport.believable(), "success needs a reply to this request");
  const Error& error = result.error();
  require(error.origin != Origin::request, "nothing was wrong with the request");
  require(error.origin != Origin::kernel || transport.believable(),
          "a refusal needs a reply to this request");
}

/// However badly it was treated, with an honest kernel the Client works again.
void require_recovery(Client& client) {
  require(client.flush().has_value(), "flush works again");
  require(client.add(policy).has_value(), "add works again");
  const auto found = client.get(policy.name.view());
  require(found && found->timeouts.get(3) == policy.timeouts.get(3), "get works again");
  std::size_t listed = 0;
  require(client.list([&](const InstalledPolicy&) { ++listed; }).has_value() && listed == 1,
          "list works again");
}

void exchange(unsigned first_operation, View script) {
  constexpr unsigned max_operations = 24;
  FakeKernel kernel;
  const auto transport = kernel.connect();
  HostileTransport hostile(*transport, script);
  Client client(hostile, {.max_datagrams = 128});
  for (unsigned i = 0; i < max_operations && !hostile.script_ended(); ++i) {
    hostile.begin_operation();
    const Result<void> result = operate(client, first_operation + i);
    if (!result && result.error().what == Errc::not_sent) continue;
    require_truth(hostile, result);
  }
  hostile.end_script();
  require_recovery(client);
}

}  // namespace
}  // namespace cttimeout::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  cttimeout::test::exchange(data[0], cttimeout::test::view_of(data + 1, size - 1));
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return cttimeout::test::mutate_records(data, size, max_size, seed, 1,
                                         cttimeout::test::draw_reply);
}
