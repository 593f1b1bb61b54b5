// Pcap: a capture of what goes by, for tshark and tcpdump.
#include "instruments/pcap.h"

#include <arpa/inet.h>
#include <linux/if_arp.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>

#include <array>
#include <chrono>
#include <string>

#include "instruments/output.h"

namespace cttimeout::tools::wrapper {
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
  explicit Pcap(Output output) : output_(std::move(output)) {
    output_.write(bytes_of(FileHeader{}));
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
  tl::expected<void, std::string> finish() override { return output_.finish(); }

 private:
  template <class T>
  static std::string bytes_of(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
  }

  void record(std::uint16_t packet_type, std::span<const std::byte> bytes) {
    using std::chrono::microseconds;
    constexpr std::int64_t second = 1'000'000;
    const auto now = std::chrono::duration_cast<microseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    const auto size = static_cast<std::uint32_t>(sizeof(LinkHeader) + bytes.size());
    std::string record =
        bytes_of(RecordHeader{.seconds = static_cast<std::uint32_t>(now / second),
                              .microseconds = static_cast<std::uint32_t>(now % second),
                              .recorded = size,
                              .whole = size});
    record += bytes_of(LinkHeader{.packet_type = htons(packet_type)});
    record.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    output_.write(record);
  }

  Output output_;
};

}  // namespace

tl::expected<std::unique_ptr<Tap>, std::string> open_pcap(const std::string& path) {
  auto output = Output::open(path);
  if (!output) return tl::unexpected(output.error());
  return std::make_unique<Pcap>(std::move(*output));
}

}  // namespace cttimeout::tools::wrapper
