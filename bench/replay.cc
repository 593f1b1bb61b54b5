// Prepared answers: a transport without a peer, so that only the client's own work is left.
#include <cstring>
#include <vector>

#include "cttimeout/codec.h"
#include "cttimeout/fake_kernel.h"
#include "grounds.h"
#include "samples.h"

namespace cttimeout::bench {
namespace {

/// Answers each datagram of requests alike, under the sequence number of its last.
class Replay final : public Transport {
 public:
  explicit Replay(bool object) {
    FakeKernel kernel;
    const auto transport = kernel.connect();
    port_id_ = transport->port_id();
    record(*transport, IPCTNL_MSG_TIMEOUT_NEW, sample_policy(0));
    if (object) record(*transport, IPCTNL_MSG_TIMEOUT_GET, sample_policy(0).name);
    next_ = reply_.size();
  }

  Result<void> send(std::span<const std::byte> datagram) override {
    while (!datagram.empty()) {
      const auto header = wire::load<nlmsghdr>(datagram.data());
      sequence_ = header.nlmsg_seq;
      datagram = datagram.subspan(header.nlmsg_len);
    }
    next_ = 0;
    return {};
  }

  Result<Received> receive(std::span<std::byte> buffer,
                           std::chrono::milliseconds /*timeout*/) override {
    if (next_ == reply_.size()) {
      return tl::unexpected(Error{.origin = Origin::transport, .what = Errc::timed_out});
    }
    const std::vector<std::byte>& datagram = reply_[next_++];
    std::memcpy(buffer.data(), datagram.data(), datagram.size());
    std::memcpy(buffer.data() + offsetof(nlmsghdr, nlmsg_seq), &sequence_, sizeof sequence_);
    return Received{.size = datagram.size(), .sender = 0, .truncated = false};
  }

  [[nodiscard]] std::uint32_t port_id() const override { return port_id_; }
  std::uint32_t hz() const override { return 250; }
  std::size_t receive_buffer() const override { return 212'992; }

 private:
  template <class Payload>
  void record(Transport& transport, std::uint8_t command, const Payload& payload) {
    std::array<std::byte, max_request_size> buffer;
    const RequestHeader header{command, NLM_F_REQUEST | NLM_F_ACK, 0};
    const std::size_t size = encode_request(buffer, header, payload);
    (void)transport.send(std::span(buffer).first(size));
    reply_.clear();
    while (const auto received = transport.receive(buffer, std::chrono::milliseconds::zero())) {
      reply_.emplace_back(buffer.begin(),
                          buffer.begin() + static_cast<std::ptrdiff_t>(received->size));
    }
  }

  std::vector<std::vector<std::byte>> reply_;
  std::size_t next_ = 0;
  std::uint32_t sequence_ = 0;
  std::uint32_t port_id_ = 0;
};

}  // namespace

std::unique_ptr<Transport> connect_replay(bool object) {
  return std::make_unique<Replay>(object);
}

}  // namespace cttimeout::bench
