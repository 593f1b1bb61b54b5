// Replies drawn by asking a fake kernel: byte for byte what a real one would answer.

#include "draw_reply.h"

#include "cttimeout/fake_kernel.h"
#include "differential/draw_message.h"
#include "support/reply.h"

namespace cttimeout::test {

namespace {

/// The replies to some requests, of a kernel that has not been asked before.
std::vector<Bytes> draw_replies(Random& random) {
  constexpr std::size_t requests = 4;
  std::array<std::byte, 32768> buffer;
  FakeKernel kernel(kernel_profiles[random.below(kernel_profiles.size())]);
  const auto transport = kernel.connect();
  std::uint32_t sequence = 0;
  std::vector<Bytes> answers;
  for (std::size_t i = 0; i < requests; ++i) {
    (void)transport->send(random.chance(1, 6) ? draw_dump(random, sequence)
                                              : draw_datagram(random, sequence));
    while (const auto received = transport->receive(buffer, {})) {
      const auto end = buffer.begin() + static_cast<std::ptrdiff_t>(received->size);
      answers.emplace_back(buffer.begin(), end);
    }
  }
  return answers;
}

/// The first message of one of the replies that are acks, or that are not; `otherwise` if none is.
Bytes draw_message(Random& random, bool acks, Bytes otherwise) {
  std::vector<Bytes> answers = draw_replies(random);
  std::erase_if(answers, [acks](const Bytes& answer) {
    return (read16(answer, 4) == type_error) != acks || read16(answer, 4) == type_done;
  });
  if (answers.empty()) return otherwise;
  Bytes answer = answers[random.below(answers.size())];
  answer.resize(read32(answer, 0));
  return answer;
}

}  // namespace

Bytes draw_reply(Random& random) {
  const std::vector<Bytes> answers = draw_replies(random);
  return answers.empty() ? done() : answers[random.below(answers.size())];
}

Bytes draw_data(Random& random) {
  return draw_message(random, false, policy_message({.name = "a", .protocol = udp}));
}

Bytes draw_ack(Random& random) {
  return draw_message(random, true, success(flush_policies().ack()));
}

Bytes draw_request(Random& random) {
  std::uint32_t sequence = 0;
  return random.chance(1, 8) ? draw_dump(random, sequence) : draw_datagram(random, sequence);
}

}  // namespace cttimeout::test
