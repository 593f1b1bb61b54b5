// Every allocation of the process fails in turn while packets pass: the flows stay whole.
#include <gtest/gtest.h>

#include <new>
#include <string>
#include <vector>

#include "cttimeout/build_packet.h"
#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"
#include "torture/failing_heap.h"

namespace cttimeout::test {
namespace {

/// A kernel and what happens to it.
class World {
 public:
  World() {
    EXPECT_TRUE(client_.add({.name = "web",
                             .protocol = IPPROTO_TCP,
                             .timeouts = {{CTA_TIMEOUT_TCP_ESTABLISHED, std::chrono::hours(1)}}}));
    kernel_.watch_flows([this](const FlowEvent& event) {
      const FailingHeap::Pause pause;
      alive_ += event.kind == FlowEvent::Kind::created ? 1U : 0U;
      alive_ -= event.kind == FlowEvent::Kind::destroyed ? 1U : 0U;
    });
  }

  static constexpr std::uint16_t enough_to_grow = 1000;

  void play() {
    const auto rule = kernel_.add_rule({.protocol = IPPROTO_TCP, .timeout = "web"});
    const auto notrack = kernel_.insert_rule(0, {.protocol = IPPROTO_GRE, .notrack = true});
    auto connection = kernel_.open_tcp("10.0.0.1:40000", "10.1.0.1:80");
    kernel_.packet(udp("10.0.0.1:53", "10.1.0.1:53"));
    kernel_.packet(udp("[fd00::1]:53", "[fd00::2]:53"));
    kernel_.packet(sctp("10.0.0.1:1", "10.1.0.1:2", {.chunks = {{.type = 1}}}));
    kernel_.packet(ip(IPPROTO_GRE, "10.0.0.1", "10.1.0.1"));
    for (std::uint16_t port = 1; port <= enough_to_grow; ++port) {
      Endpoint client("10.0.0.2");
      client.port = port;
      kernel_.packet(udp(client, "10.1.0.1:53"));
    }
    kernel_.advance(std::chrono::seconds(31));
    connection.send();
    const Tuple tuple = echo_request("10.0.0.1", "10.1.0.1").tuple;
    kernel_.packet(echo_request("10.0.0.1", "10.1.0.1"));
    kernel_.set_flow_timeout(tuple, std::chrono::hours(2));
    connection.close();
    kernel_.remove_flow(tuple);
    kernel_.packet(udp("10.0.0.1:54", "10.1.0.1:53"));
  }

  /// What is wrong with its flows; empty if nothing is.
  std::string fault() {
    const std::vector<Flow> flows = kernel_.flows();
    if (flows.size() != kernel_.flow_count()) return "the number of flows";
    if (flows.size() != alive_) return "a flow of which nothing was told";
    for (const Flow& flow : flows) {
      for (const Tuple& tuple : {flow.original, flow.reply}) {
        const auto found = kernel_.find_flow(tuple);
        if (!found || !(found->original == flow.original)) return "a flow is not found";
      }
    }
    return {};
  }

  /// What is there at the end of a life without flows before it.
  std::vector<std::string> states() {
    kernel_.flush_flows();
    play();
    std::vector<std::string> states;
    for (const Flow& flow : kernel_.flows()) {
      states.push_back(std::to_string(flow.original.protocol) + ' ' + std::string(flow.state) +
                       ' ' + std::to_string(flow.remaining.count()));
    }
    return states;
  }

  std::uint32_t users() { return client_.get("web")->users; }

 private:
  FakeKernel kernel_;
  std::unique_ptr<SocketTransport> transport_ = kernel_.connect();
  Client client_{*transport_};
  std::size_t alive_ = 0;
};

// An event may be lost together with the memory to tell it; then its flow may be there, or gone.
TEST(HeapOfFlows, MayFailAnywhere) {
  const std::vector<std::string> expected = World().states();
  ASSERT_EQ(expected.size(), 2U);
  bool failed = true;
  std::uint64_t nth = 1;
  for (; failed; ++nth) {
    SCOPED_TRACE("allocation " + std::to_string(nth));
    World world;
    {
      const FailingHeap heap(nth);
      try {
        world.play();
      } catch (const std::bad_alloc&) {
        EXPECT_EQ(heap.allocations(), nth);
      }
      failed = heap.allocations() >= nth;
    }
    EXPECT_EQ(world.fault(), "");
    EXPECT_EQ(world.users(), 1U);
    EXPECT_EQ(world.states(), expected);
  }
  EXPECT_GT(nth, 20U);
}

}  // namespace
}  // namespace cttimeout::test
