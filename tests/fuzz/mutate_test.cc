// The changes that fuzzing makes to inputs: bounded, repeatable, and mostly still messages.

#include <gtest/gtest.h>

#include <set>

#include "cttimeout/codec.h"
#include "draw_reply.h"
#include "mutate.h"
#include "records.h"
#include "support/page_end.h"
#include "support/reply.h"

namespace cttimeout::test {
namespace {

using Mutate = std::size_t (*)(std::uint8_t*, std::size_t, std::size_t, unsigned);

constexpr std::size_t max_size = 512;

std::size_t mutate_reply(std::uint8_t* data, std::size_t size, std::size_t limit, unsigned seed) {
  return mutate_message(data, size, limit, seed, draw_data);
}
std::size_t mutate_script(std::uint8_t* data, std::size_t size, std::size_t limit, unsigned seed) {
  return mutate_records(data, size, limit, seed, 1, draw_request);
}

/// The input after one change, made in memory that ends where the limit is.
Bytes mutated(Mutate mutate, Bytes input, unsigned seed, std::size_t limit = max_size) {
  const std::size_t input_size = input.size();
  input.resize(limit);
  PageEnd end(limit);
  const std::span<std::byte> room = end.hold(input);
  const std::size_t size =
      mutate(reinterpret_cast<std::uint8_t*>(room.data()), input_size, limit, seed);
  return {room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size)};
}

const Bytes reply = policy_message({.name = "web", .protocol = udp, .timeouts = {30, 120}});

bool is_framed(View message) {
  return message.size() >= header_size && read32(message, 0) == message.size();
}

TEST(Mutation, StaysWithinTheLimitAndIsTheSameForTheSameSeed) {
  for (const Mutate mutate : {mutate_reply, mutate_script}) {
    for (unsigned seed = 0; seed < 20000; ++seed) {
      const Bytes once = mutated(mutate, reply, seed, reply.size() + seed % 8);
      ASSERT_LE(once.size(), reply.size() + seed % 8);
      ASSERT_EQ(once, mutated(mutate, reply, seed, reply.size() + seed % 8)) << seed;
    }
  }
}

TEST(Mutation, TakesInputsOfAnySize) {
  for (const Mutate mutate : {mutate_reply, mutate_script}) {
    for (std::size_t size = 0; size <= reply.size(); ++size) {
      const Bytes cut(reply.begin(), reply.begin() + static_cast<std::ptrdiff_t>(size));
      for (unsigned seed = 0; seed < 200; ++seed) {
        ASSERT_LE(mutated(mutate, cut, seed).size(), max_size);
      }
    }
  }
}

TEST(Mutation, KeepsMostMessagesFramedAndManyReadable) {
  int framed = 0;
  int readable = 0;
  int changed = 0;
  constexpr int rounds = 10000;
  for (unsigned seed = 0; seed < rounds; ++seed) {
    const Bytes message = mutated(mutate_reply, reply, seed);
    framed += is_framed(message) ? 1 : 0;
    readable += decode_policy(message) ? 1 : 0;
    changed += message != reply ? 1 : 0;
  }
  EXPECT_GT(framed, rounds / 2);
  EXPECT_GT(readable, rounds / 10);
  EXPECT_LT(readable, rounds * 8 / 10);
  EXPECT_GT(changed, rounds * 8 / 10);
}

TEST(Mutation, BringsEveryProtocolAndEverySlot) {
  std::set<unsigned> protocols_met;
  std::set<unsigned> slots_met;
  Bytes message = reply;
  for (unsigned seed = 0; seed < 200000; ++seed) {
    const Bytes next = mutated(mutate_reply, message, seed);
    const auto policy = decode_policy(next);
    if (!policy) continue;
    message = next;
    protocols_met.insert(policy->protocol);
    for (std::size_t slot = 1; slot <= max_slots; ++slot) {
      if (policy->timeouts.get(slot)) slots_met.insert(static_cast<unsigned>(slot));
    }
  }
  for (const Protocol& protocol : protocols) {
    EXPECT_TRUE(protocols_met.contains(protocol.number)) << protocol.name;
  }
  EXPECT_EQ(slots_met.size(), max_slots);
}

TEST(Mutation, MakesScriptsOfRecords) {
  Bytes script = byte(0);
  std::size_t longest = 0;
  for (unsigned seed = 0; seed < 2000; ++seed) {
    script = mutated(mutate_script, script, seed);
    if (script.empty()) script = byte(0);
    RecordReader records(View(script).subspan(1));
    std::size_t count = 0;
    while (records.next()) ++count;
    longest = std::max(longest, count);
  }
  EXPECT_GT(longest, 3U);
}

TEST(DrawnReply, IsOfTheKindThatWasAskedFor) {
  Random random(1);
  std::set<std::uint16_t> types;
  for (int i = 0; i < 500; ++i) {
    EXPECT_TRUE(decode_ack(draw_ack(random)));
    const Bytes data = draw_data(random);
    EXPECT_TRUE(decode_policy(data) || decode_default(data)) << to_hex(data);
    types.insert(read16(draw_reply(random), 4));
  }
  EXPECT_EQ(types, (std::set<std::uint16_t>{type_error, type_done, type_new, type_default_set}));
}

}  // namespace
}  // namespace cttimeout::test
