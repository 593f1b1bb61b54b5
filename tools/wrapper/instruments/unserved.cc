// Unserved: counts what programs send to subsystems that the fake does not have.
#include "instruments/unserved.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "netlink/message.h"
#include "say_once.h"

namespace cttimeout::tools::wrapper {
namespace {

constexpr std::array served{NFNL_SUBSYS_NONE, NFNL_SUBSYS_CTNETLINK_TIMEOUT, NFNL_SUBSYS_NFTABLES,
                            NFNL_SUBSYS_NFT_COMPAT};

/// The subsystem's name, or its number where it has none here.
std::string subsystem_name(unsigned subsystem) {
  constexpr std::array<std::string_view, 13> names{
      "",      "ctnetlink", "ctnetlink_exp", "nfnetlink_queue", "nfnetlink_log", "nfnetlink_osf",
      "ipset", "nfacct",    "cttimeout",     "cthelper",        "nf_tables",     "nft_compat",
      "hook"};
  if (subsystem < names.size()) return std::string(names.at(subsystem));
  return "subsystem " + std::to_string(subsystem);
}

}  // namespace

void Unserved::sent(const SocketId& socket, const Sent& sent) {
  if (sent.to.port_id != 0) return;
  for (const Message& message : split_messages(sent.bytes, 1).messages) {
    const int subsystem = static_cast<int>(message.subsystem());
    if (std::ranges::find(served, subsystem) != served.end()) continue;
    ++messages_[{socket.program, subsystem}];
  }
}

tl::expected<void, std::string> Unserved::finish() {
  for (const auto& [key, count] : messages_) {
    const auto& [program, subsystem] = key;
    say_once(program + " sent " + std::to_string(count) +
             (count == 1 ? " message of " : " messages of ") + subsystem_name(subsystem) +
             ", which fake-kernel does not serve");
  }
  return {};
}

}  // namespace cttimeout::tools::wrapper
