// One operation, many times, for callgrind to count: bench_instructions OPERATION.
//
// Each runs inside a function called `counted`, so that nothing else is counted.
#include <array>
#include <cstddef>
#include <iostream>
#include <string_view>

#include "codecs.h"
#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"
#include "samples.h"

namespace cttimeout::bench {
namespace {

constexpr int rounds = 1000;

template <class Operation>
[[gnu::noinline]] void counted(Operation&& operation) {
  operation();
}

std::array<std::byte, max_request_size> message;

bool count_encode() {
  const Policy policy = sample_policy(0);
  std::size_t size = 0;
  for (int i = 0; i < rounds; ++i) {
    counted([&] { size = encode_request(message, new_request, policy); });
  }
  return size == 148;
}

bool count_decode() {
  FakeKernel kernel;
  const auto transport = kernel.connect();
  if (!Client(*transport).add(sample_policy(0))) return false;
  const RequestHeader get{IPCTNL_MSG_TIMEOUT_GET, NLM_F_REQUEST, 1};
  const std::size_t size = encode_request(message, get, sample_policy(0).name);
  if (!transport->send(std::span(message).first(size))) return false;
  const auto received = transport->receive(message, std::chrono::milliseconds::zero());
  bool read = received.has_value();
  for (int i = 0; read && i < rounds; ++i) {
    counted([&] { read = decode_policy(std::span(message).first(received->size)).has_value(); });
  }
  return read;
}

bool count_round_trip() {
  FakeKernel kernel;
  const auto transport = kernel.connect();
  Client client(*transport);
  const std::vector<Policy> policies = sample_policies(0, rounds);
  bool added = true;
  for (const Policy& policy : policies) {
    counted([&] { added = added && client.add(policy); });
  }
  return added;
}

int run(std::string_view operation) {
  bool done = false;
  if (operation == "encode") done = count_encode();
  if (operation == "decode") done = count_decode();
  if (operation == "round-trip") done = count_round_trip();
  if (!done) std::cerr << "bench_instructions encode|decode|round-trip\n";
  return done ? 0 : 2;
}

}  // namespace
}  // namespace cttimeout::bench

int main(int argc, char** argv) {
  return cttimeout::bench::run(argc == 2 ? argv[1] : "");
}
