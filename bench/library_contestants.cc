// Other libraries as contestants in adding and removing policies; they open their own sockets.
#include <algorithm>
#include <array>
#include <cerrno>

#include "codecs.h"
#include "contestant.h"

namespace cttimeout::bench {
namespace {

constexpr std::uint16_t acked = NLM_F_REQUEST | NLM_F_ACK;

/// A socket of libmnl and its receive loop, as its examples have them.
class MnlSocket {
 public:
  MnlSocket() : socket_(mnl_socket_open(NETLINK_NETFILTER)) {
    mnl_socket_bind(socket_, 0, MNL_SOCKET_AUTOPID);
  }
  MnlSocket(const MnlSocket&) = delete;
  MnlSocket& operator=(const MnlSocket&) = delete;
  ~MnlSocket() { mnl_socket_close(socket_); }

  /// Sends, and reads until `acks` acks came, all of which must say success.
  bool exchange(const void* datagram, std::size_t size, std::size_t acks) {
    if (mnl_socket_sendto(socket_, datagram, size) < 0) return false;
    for (; acks > 0; --acks) {
      const ssize_t received = mnl_socket_recvfrom(socket_, buffer_.data(), buffer_.size());
      if (received < 0 || mnl_cb_run(buffer_.data(), static_cast<std::size_t>(received), 0,
                                     mnl_socket_get_portid(socket_), nullptr, nullptr) < 0) {
        return false;
      }
    }
    return true;
  }

 private:
  mnl_socket* socket_;
  std::array<char, 8192> buffer_;
};

std::size_t put_name(char* at, const Policy& policy) {
  nlmsghdr* message = nfct_timeout_nlmsg_build_hdr(at, IPCTNL_MSG_TIMEOUT_DELETE, acked, 0);
  mnl_attr_put_strz(message, CTA_TIMEOUT_NAME, policy.name.view().data());
  return message->nlmsg_len;
}

/// libnetfilter_cttimeout as nfct uses it: an object, a message and a datagram for each policy.
class PeerOneByOne final : public Contestant {
 public:
  bool add(std::span<const Policy> policies) override {
    return std::ranges::all_of(policies, [&](const Policy& policy) {
      const PeerObject object = peer_object(policy);
      nlmsghdr* message =
          nfct_timeout_nlmsg_build_hdr(message_.data(), new_request.command, new_request.flags, 0);
      nfct_timeout_nlmsg_build_payload(message, object.get());
      return socket_.exchange(message, message->nlmsg_len, 1);
    });
  }
  bool remove(std::span<const Policy> policies) override {
    return std::ranges::all_of(policies, [&](const Policy& policy) {
      return socket_.exchange(message_.data(), put_name(message_.data(), policy), 1);
    });
  }

 private:
  MnlSocket socket_;
  std::array<char, 1024> message_;
};

/// libmnl by hand: its builders, 64 messages a datagram, each acked.
class MnlBatch final : public Contestant {
 public:
  bool add(std::span<const Policy> policies) override {
    return in_batches(policies, [](char* at, const Policy& policy) {
      return MnlCodec(policy).encode(std::as_writable_bytes(std::span(at, max_request_size)));
    });
  }
  bool remove(std::span<const Policy> policies) override { return in_batches(policies, put_name); }

 private:
  static constexpr std::size_t window = 64;

  template <class Put>
  bool in_batches(std::span<const Policy> policies, Put&& put) {
    while (!policies.empty()) {
      const auto part = policies.first(std::min(window, policies.size()));
      std::size_t size = 0;
      for (const Policy& policy : part) size += put(datagram_.data() + size, policy);
      if (!socket_.exchange(datagram_.data(), size, part.size())) return false;
      policies = policies.subspan(part.size());
    }
    return true;
  }

  MnlSocket socket_;
  std::array<char, window * max_request_size> datagram_;
};

template <class T>
std::unique_ptr<Contestant> make(Transport& /*transport*/) {
  return std::make_unique<T>();
}

const bool entered =
    enter_contestant("libmnl-64", Reach::own_socket, make<MnlBatch>) &&
    enter_contestant("libnetfilter_cttimeout", Reach::own_socket, make<PeerOneByOne>);

}  // namespace
}  // namespace cttimeout::bench
