// Pcap: a capture of what goes by, for tshark and tcpdump.
#include "instruments/pcap.h"

#include <arpa/inet.h>
#include <linux/if_arp.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>

#include <array>
#include <chrono>

namespace cttimeout::wrapper {
namespace {

constexpr std::uint32_t linktype_netlink = 253;

struct FileHeader {
  std::uint32_t magic = 0xa1b2c3d4;  // times in microseconds
  std::uint16_t major = 2;
  std::uint16_t minor = 4;
  std::array<std::uint32_t, 2> reserved{};
  std::uint32_t longest = 1U << 20;
  std::uint32_t link_type = linktype_netlink;
};

struct RecordHeader {
  std::uint32_t seconds;
  std::uint32_t microseconds;
  std::uint32_t recorded;
  std::uint32_t whole;
};

/// What stands before each datagram, big-endian, as nlmon does it.
struct LinkHeader {
  std::uint16_t packet_type;  ///< PACKET_KERNEL or PACKET_USER: who receives it
  std::uint16_t device = htons(ARPHRD_NETLINK);
  std::array<std::uint16_t, 5> unused{};
  std::uint16_t family = htons(NETLINK_NETFILTER);
};

class Pcap final : public Tap {
 public:
  explicit Pcap(OutputFile file) : file_(std::move(file)) {
    put(FileHeader{});
    std::fflush(file_.get());
  }

  void sent(const SocketId& /*socket*/, const Sent& sent) override {
    record(sent.to.port_id == 0 ? PACKET_KERNEL : PACKET_USER, sent.bytes);
  }
  void received(const SocketId& /*socket*/, const Received& received) override {
    const bool sent_by_kernel = received.from.port_id == 0;
    if (received.error == 0 && !received.peeked && sent_by_kernel) {
      record(PACKET_USER, received.bytes);
    }
  }
  void closed(const SocketId& /*socket*/) override {}

 private:
  template <class T>
  void put(const T& value) {
    std::fwrite(&value, sizeof value, 1, file_.get());
  }

  void record(std::uint16_t packet_type, std::span<const std::byte> bytes) {
    using std::chrono::microseconds;
    constexpr std::int64_t second = 1'000'000;
    const auto now = std::chrono::duration_cast<microseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    const auto size = static_cast<std::uint32_t>(sizeof(LinkHeader) + bytes.size());
    put(RecordHeader{.seconds = static_cast<std::uint32_t>(now / second),
                     .microseconds = static_cast<std::uint32_t>(now % second),
                     .recorded = size,
                     .whole = size});
    put(LinkHeader{.packet_type = htons(packet_type)});
    std::fwrite(bytes.data(), 1, bytes.size(), file_.get());
    std::fflush(file_.get());  // whole, should we be killed
  }

  OutputFile file_;
};

}  // namespace

tl::expected<std::unique_ptr<Tap>, std::string> open_pcap(const std::string& path) {
  auto file = open_output(path);
  if (!file) return tl::unexpected(file.error());
  return std::make_unique<Pcap>(std::move(*file));
}

}  // namespace cttimeout::wrapper
