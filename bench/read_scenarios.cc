// Scenarios get and list: reading policies back.
#include <algorithm>
#include <array>

#include "codecs.h"
#include "cttimeout/client.h"
#include "grounds.h"
#include "registry.h"
#include "samples.h"
#include "scenarios.h"

namespace cttimeout::bench {
namespace {

constexpr std::size_t receive_size = 32768;
using Buffer = std::array<std::byte, receive_size>;

void get_ours(benchmark::State& state, Transport& transport, const Policy& wanted) {
  Client client(transport);
  if (client.get(wanted.name.view()).value_or(InstalledPolicy{}) != wanted) {
    return refuse(state, "gets another policy");
  }
  for (auto _ : state) benchmark::DoNotOptimize(client.get(wanted.name.view()));
}

void get_raw(benchmark::State& state, Transport& transport, const Policy& wanted) {
  Buffer buffer;
  std::array<std::byte, max_request_size> request;
  const RequestHeader header{IPCTNL_MSG_TIMEOUT_GET, NLM_F_REQUEST | NLM_F_ACK, 1};
  const auto size = encode_request(request, header, wanted.name);
  const auto exchange = [&] {
    return transport.send(std::span(request).first(size)) &&
           transport.receive(buffer, std::chrono::milliseconds::zero()).has_value();
  };
  const auto ack = [&] {
    return transport.receive(buffer, std::chrono::milliseconds::zero()).has_value();
  };
  if (!exchange()) return refuse(state, "no reply");
  const std::size_t reply_size = wire::load<nlmsghdr>(buffer.data()).nlmsg_len;
  const auto got = decode_policy(std::span(buffer).first(reply_size));
  if (!got || *got != wanted || !ack()) return refuse(state, "gets another policy");
  for (auto _ : state) {
    if (!exchange() || !ack()) return refuse(state, "no reply");
  }
}

/// Dumps, and gives each message to `visit`; false if anything fails.
template <class Visit>
bool dump(Transport& transport, Buffer& buffer, Visit&& visit) {
  std::array<std::byte, max_request_size> request;
  const RequestHeader header{IPCTNL_MSG_TIMEOUT_GET, NLM_F_REQUEST | NLM_F_DUMP, 1};
  if (!transport.send(std::span(request).first(encode_request(request, header)))) return false;
  for (;;) {
    const auto received = transport.receive(buffer, std::chrono::milliseconds::zero());
    if (!received) return false;
    for (Message rest = std::span(buffer).first(received->size); !rest.empty();) {
      const auto message = wire::load<nlmsghdr>(rest.data());
      if (message.nlmsg_type == NLMSG_DONE) return true;
      if (!visit(rest.first(message.nlmsg_len))) return false;
      rest = rest.subspan(message.nlmsg_len);
    }
  }
}

class ListOurs {
 public:
  static constexpr std::string_view name = "ours";
  static constexpr bool raw = false;
  explicit ListOurs(Transport& transport) : client_(transport) {}

  std::size_t list() {
    std::size_t count = 0;
    const auto listed = client_.list([&](const InstalledPolicy& policy) {
      benchmark::DoNotOptimize(&policy);
      ++count;
    });
    return listed ? count : 0;
  }

 private:
  Client client_;
};

/// The limit: messages are received and counted.
class ListRaw {
 public:
  static constexpr std::string_view name = "raw";
  static constexpr bool raw = true;
  explicit ListRaw(Transport& transport) : transport_(transport) {}

  std::size_t list() {
    std::size_t count = 0;
    const bool done = dump(transport_, buffer_, [&](Message) { return ++count > 0; });
    return done ? count : 0;
  }

 private:
  Transport& transport_;
  Buffer buffer_;
};

/// Messages are received and parsed by a codec of another library.
template <class Codec>
class ListBy {
 public:
  static constexpr std::string_view name = Codec::name;
  static constexpr bool raw = true;
  explicit ListBy(Transport& transport) : transport_(transport), codec_(sample_policy(0)) {}

  std::size_t list() {
    std::size_t count = 0;
    const bool done = dump(transport_, buffer_, [&](Message message) {
      benchmark::DoNotOptimize(codec_.decode(message));
      return ++count > 0;
    });
    return done ? count : 0;
  }

 private:
  Transport& transport_;
  Codec codec_;
  Buffer buffer_;
};

template <class List>
void list(benchmark::State& state, Kind kind) {
  const auto existing = static_cast<std::size_t>(state.range(0));
  Ground& there = ground(kind, existing);
  const auto transport = List::raw ? there.connect_raw() : there.connect();
  List contestant(*transport);
  if (contestant.list() != existing) return refuse(state, "does not list all policies");
  while (state.KeepRunningBatch(state.range(0))) {
    if (contestant.list() != existing) return refuse(state, "does not list all policies");
  }
}

template <class List>
void enter_list(bool real) {
  enter("list", "fake", List::name, [](benchmark::State& state) { list<List>(state, Kind::fake); })
      ->Arg(100)
      ->Arg(10'000)
      ->Arg(1'000'000);
  if (!real) return;
  enter("list", "real", List::name, [](benchmark::State& state) { list<List>(state, Kind::real); })
      ->Arg(100)
      ->Arg(1'000)
      ->Arg(10'000);
}

void enter_get(Kind kind, std::initializer_list<std::int64_t> existing) {
  auto* ours = enter("get", name(kind), "ours", [kind](benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    get_ours(state, *ground(kind, count).connect(), sample_policy(count / 2));
  });
  auto* raw = enter("get", name(kind), "raw-1", [kind](benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    get_raw(state, *ground(kind, count).connect_raw(), sample_policy(count / 2));
  });
  for (const std::int64_t count : existing) {
    ours->Arg(count);
    raw->Arg(count);
  }
}

}  // namespace

void enter_read_scenarios(bool real) {
  enter("get", "replay", "ours",
        [](benchmark::State& state) { get_ours(state, *connect_replay(true), sample_policy(0)); });
  enter_get(Kind::fake, {100, 10'000, 1'000'000});
  if (real) enter_get(Kind::real, {100, 1'000, 10'000});
  enter_list<ListRaw>(real);
  enter_list<ListOurs>(real);
  enter_list<ListBy<MnlCodec>>(real);
  enter_list<ListBy<PeerCodec>>(real);
}

}  // namespace cttimeout::bench
