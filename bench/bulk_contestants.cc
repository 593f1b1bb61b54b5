// The contestants in adding and removing policies that need only a Transport.
#include <algorithm>
#include <vector>

#include "contestant.h"
#include "cttimeout/client.h"
#include "cttimeout/codec.h"

namespace cttimeout::bench {
namespace {

/// One Client::add or Client::remove after the other.
class OneByOne final : public Contestant {
 public:
  explicit OneByOne(Transport& transport) : client_(transport) {}

  bool add(std::span<const Policy> policies) override {
    return std::ranges::all_of(
        policies, [&](const Policy& policy) { return client_.add(policy).has_value(); });
  }
  bool remove(std::span<const Policy> policies) override {
    return std::ranges::all_of(policies, [&](const Policy& policy) {
      return client_.remove(policy.name.view()).has_value();
    });
  }

 private:
  Client client_;
};

/// Client::apply: as many messages a datagram as it finds right.
class Applied final : public Contestant {
 public:
  explicit Applied(Transport& transport) : client_(transport) {}

  void prepare(std::span<const Policy> policies) override {
    const auto changes = [&](Change::Kind kind) {
      std::vector<Change> made;
      for (const Policy& policy : policies) made.push_back({.kind = kind, .policy = policy});
      return made;
    };
    add_ = changes(Change::Kind::add);
    remove_ = changes(Change::Kind::remove);
  }
  bool add(std::span<const Policy> /*policies*/) override { return apply(add_); }
  bool remove(std::span<const Policy> /*policies*/) override { return apply(remove_); }

 private:
  bool apply(std::span<const Change> changes) {
    bool done = true;
    const std::size_t settled = client_.apply(
        changes,
        [&](std::size_t, const Result<void>& result) { done = done && result.has_value(); });
    return done && settled == changes.size();
  }

  Client client_;
  std::vector<Change> add_;
  std::vector<Change> remove_;
};

/// The ceiling: prepared datagrams of `window` messages, only the last of which asks for an ack.
class Prepared final : public Contestant {
 public:
  Prepared(Transport& transport, std::size_t window) : transport_(transport), window_(window) {}

  void prepare(std::span<const Policy> policies) override {
    const RequestHeader add{IPCTNL_MSG_TIMEOUT_NEW, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL, 1};
    const RequestHeader remove{IPCTNL_MSG_TIMEOUT_DELETE, NLM_F_REQUEST, 1};
    add_.clear();
    remove_.clear();
    for (; !policies.empty(); policies = policies.subspan(std::min(window_, policies.size()))) {
      const auto part = policies.first(std::min(window_, policies.size()));
      add_.push_back(encode(add, part, [](const Policy& policy) { return policy; }));
      remove_.push_back(encode(remove, part, [](const Policy& policy) { return policy.name; }));
    }
  }
  bool add(std::span<const Policy> /*policies*/) override { return send(add_); }
  bool remove(std::span<const Policy> /*policies*/) override { return send(remove_); }

 private:
  using Datagram = std::vector<std::byte>;

  template <class Payload>
  static Datagram encode(RequestHeader header, std::span<const Policy> policies,
                         Payload&& payload) {
    Datagram datagram(policies.size() * max_request_size);
    std::size_t size = 0;
    for (const Policy& policy : policies) {
      if (&policy == &policies.back()) header.flags |= NLM_F_ACK;
      size += encode_request(std::span(datagram).subspan(size), header, payload(policy));
    }
    datagram.resize(size);
    return datagram;
  }

  bool send(std::span<const Datagram> datagrams) {
    for (const Datagram& datagram : datagrams) {
      if (!transport_.send(datagram)) return false;
      const auto received = transport_.receive(buffer_, std::chrono::milliseconds::zero());
      if (!received || wire::load<int>(buffer_.data() + NLMSG_HDRLEN) != 0) return false;
    }
    return true;
  }

  Transport& transport_;
  std::size_t window_;
  std::vector<Datagram> add_;
  std::vector<Datagram> remove_;
  std::array<std::byte, 1024> buffer_;
};

template <class T>
std::unique_ptr<Contestant> make(Transport& transport) {
  return std::make_unique<T>(transport);
}

const bool entered =
    enter_contestant("ours", Reach::any_transport, make<OneByOne>) &&
    enter_contestant("apply", Reach::any_transport, make<Applied>) &&
    std::ranges::all_of(std::array<std::size_t, 4>{1, 16, 64, 256}, [](std::size_t window) {
      return enter_contestant(
          "raw-" + std::to_string(window), Reach::raw_transport,
          [window](Transport& transport) { return std::make_unique<Prepared>(transport, window); });
    });

}  // namespace
}  // namespace cttimeout::bench
