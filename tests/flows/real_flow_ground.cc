// The real kernel as a ground for flows.
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>

#include "ct_message.h"
#include "cttimeout/netlink_transport.h"
#include "flow_ground.h"
#include "router.h"

namespace cttimeout::test {
namespace {

using ConntrackSocket =
    std::unique_ptr<mnl_socket, decltype([](mnl_socket* socket) { mnl_socket_close(socket); })>;

/// Programs of others, in the calling thread's network namespace.
bool run(const std::string& command) {
  // Unprivileged users often lack the folders of these programs in their path.
  const std::string line =
      "{ export PATH=$PATH:/usr/sbin:/sbin; " + command + "; } >/dev/null 2>&1";
  return std::system(line.c_str()) == 0;
}

/// Rules by which a packet carries its state out, in the bits of DSCP: 1 + PacketState. They also
/// make the namespace track packets.
std::string mark_rules() {
  constexpr std::array<const char*, 7> states{
      "ct state new",
      "ct state established ct direction original",
      "ct state established ct direction reply",
      "ct state related ct direction original",
      "ct state related ct direction reply",
      "ct state invalid",
      "ct state untracked",
  };
  std::string rules = "table inet states { chain out { type filter hook postrouting priority 0; ";
  for (std::size_t i = 0; i < states.size(); ++i) {
    for (const char* family : {"ip", "ip6"}) {
      rules += std::string(states.at(i)) + ' ' + family + " dscp set " + std::to_string(i + 1) +
               " accept; ";
    }
  }
  return rules + "}; };";
}

/// DSCP of the packet, less 1; nullopt if it is 0.
std::optional<PacketState> state_in(View packet) {
  if (packet.size() < 2) return std::nullopt;
  const auto byte = [&](std::size_t at) { return std::to_integer<unsigned>(packet[at]); };
  const bool is_v4 = byte(0) >> 4U == 4;
  const unsigned traffic_class = is_v4 ? byte(1) : (byte(0) << 4U & 0xf0U) | byte(1) >> 4U;
  const unsigned mark = traffic_class >> 2U;
  if (mark == 0) return std::nullopt;
  return static_cast<PacketState>(mark - 1);
}

std::string text(const Prefix& prefix) {
  std::array<char, INET6_ADDRSTRLEN> room{};
  inet_ntop(prefix.family, prefix.address.bytes.data(), room.data(), room.size());
  return std::string(room.data()) + '/' + std::to_string(prefix.length);
}

std::string text(const PortRange& range) {
  return std::to_string(range.first) + ':' + std::to_string(range.last);
}

std::string program(std::uint8_t family) {
  return family == AF_INET6 ? "ip6tables-nft -w -t raw " : "iptables-nft -w -t raw ";
}

class RealFlowGround final : public FlowGround {
 public:
  RealFlowGround(std::unique_ptr<Router> router, std::unique_ptr<Transport> transport,
                 ConntrackSocket socket)
      : router_(std::move(router)), transport_(std::move(transport)), socket_(std::move(socket)) {}

  std::optional<PacketState> packet(View bytes) override {
    const Side from = side_of(bytes);
    if (!router_->send(from, bytes)) return std::nullopt;
    const Side to = from == Side::inside ? Side::outside : Side::inside;
    return state_in(router_->receive(to, addresses_of(bytes)));
  }

  std::optional<Flow> find_flow(const Tuple& tuple) override {
    return read_flow(reply_to(get_flow(tuple, room_)));
  }
  void set_flow_timeout(const Tuple& tuple, std::chrono::seconds timeout) override {
    (void)reply_to(change_flow(tuple, timeout, room_));
  }
  void remove_flow(const Tuple& tuple) override { (void)reply_to(delete_flow(tuple, room_)); }
  void flush_flows() override { (void)reply_to(delete_flows(room_)); }

  bool add_rule(const CtRule& rule) override {
    std::string line =
        program(rule.family) + "-A " + (rule.chain == Hook::prerouting ? "PREROUTING" : "OUTPUT");
    if (rule.protocol != 0) line += " -p " + std::to_string(rule.protocol);
    if (rule.source) line += " -s " + text(*rule.source);
    if (rule.destination) line += " -d " + text(*rule.destination);
    if (!rule.source_port.is_every_port()) line += " --sport " + text(rule.source_port);
    if (!rule.destination_port.is_every_port()) line += " --dport " + text(rule.destination_port);
    line += " -j CT";
    if (rule.notrack) line += " --notrack";
    if (!rule.timeout.empty()) line += " --timeout '" + rule.timeout + '\'';
    return run(line);
  }

  void delete_rule(std::size_t place, std::uint8_t family) override {
    (void)run(program(family) + "-D PREROUTING " + std::to_string(place + 1));
  }

  int write_sysctl(std::string_view name, std::string_view text) override {
    const std::string path = "/proc/sys/net/netfilter/" + std::string(name);
    std::FILE* file = std::fopen(path.c_str(), "we");
    if (file == nullptr) return errno;
    std::setvbuf(file, nullptr, _IONBF, 0);
    errno = 0;
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    const int error = written ? 0 : errno;
    (void)std::fclose(file);
    return error;
  }

  Transport& transport() override { return *transport_; }

 private:
  /// The first message that comes back.
  View reply_to(View request) {
    if (mnl_socket_sendto(socket_.get(), request.data(), request.size()) < 0) return {};
    const ssize_t size = mnl_socket_recvfrom(socket_.get(), room_.data(), room_.size());
    return size > 0 ? View(room_).first(static_cast<std::size_t>(size)) : View();
  }

  std::unique_ptr<Router> router_;
  std::unique_ptr<Transport> transport_;
  ConntrackSocket socket_;
  alignas(nlmsghdr) std::array<std::byte, 8192> room_{};
};

}  // namespace

tl::expected<std::unique_ptr<FlowGround>, std::string> real_flow_ground() {
  auto router = Router::create();
  if (!router) return tl::unexpected(router.error());
  if (!run("nft '" + mark_rules() + '\''))
    return tl::unexpected(std::string("no rules of nft that know states"));
  auto transport = open_netlink();
  if (!transport) return tl::unexpected(to_string(transport.error()));
  ConntrackSocket socket(mnl_socket_open(NETLINK_NETFILTER));
  if (socket == nullptr || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) != 0) {
    return tl::unexpected(std::string("no socket for conntrack"));
  }
  return std::make_unique<RealFlowGround>(*std::move(router), *std::move(transport),
                                          std::move(socket));
}

}  // namespace cttimeout::test
