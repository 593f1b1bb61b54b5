// Scenarios encode and decode: one message, no socket.
#include <algorithm>

#include "codecs.h"
#include "cttimeout/fake_kernel.h"
#include "registry.h"
#include "samples.h"
#include "scenarios.h"

namespace cttimeout::bench {
namespace {

struct alignas(64) Buffer : std::array<std::byte, 512> {};

/// What a kernel answers to a GET of the sample.
std::vector<std::byte> kernel_reply() {
  FakeKernel kernel;
  const auto transport = kernel.connect();
  Buffer buffer;
  const auto exchange = [&](std::size_t size) {
    (void)transport->send(std::span(buffer).first(size));
    return transport->receive(buffer, std::chrono::milliseconds::zero());
  };
  (void)exchange(encode_request(buffer, new_request, sample_policy(0)));
  const RequestHeader get{IPCTNL_MSG_TIMEOUT_GET, NLM_F_REQUEST, 2};
  const auto received = exchange(encode_request(buffer, get, sample_policy(0).name));
  return {buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(received->size)};
}

template <class Codec>
void encode(benchmark::State& state) {
  Codec codec(sample_policy(0));
  Buffer expected;
  Buffer out{};
  const std::size_t size = OurCodec(sample_policy(0)).encode(expected);
  if (codec.encode(out) != size || !std::equal(out.begin(), out.begin() + size, expected.begin())) {
    return refuse(state, "encodes other bytes than ours");
  }
  auto* shown = &codec;
  benchmark::DoNotOptimize(shown);
  for (auto _ : state) {
    benchmark::DoNotOptimize(codec.encode(out));
    benchmark::ClobberMemory();
  }
}

template <class Codec>
void decode(benchmark::State& state) {
  const std::vector<std::byte> reply = kernel_reply();
  Codec codec(sample_policy(0));
  const std::string ours = OurCodec::text(OurCodec::decode(reply));
  if (ours.empty() || Codec::text(codec.decode(reply)) != ours) {
    return refuse(state, "decodes another policy than ours");
  }
  auto* shown = &codec;
  benchmark::DoNotOptimize(shown);
  for (auto _ : state) {
    benchmark::DoNotOptimize(codec.decode(reply));
    benchmark::ClobberMemory();
  }
}

template <class Codec>
void enter_codec() {
  enter("encode", "none", Codec::name, encode<Codec>);
  enter("decode", "none", Codec::name, decode<Codec>);
}

}  // namespace

void enter_codec_scenarios() {
  enter_codec<Memcpy>();
  enter_codec<OurCodec>();
  enter_codec<MnlCodec>();
  enter_codec<PeerCodec>();
}

}  // namespace cttimeout::bench
