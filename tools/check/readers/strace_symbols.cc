// What strace calls the numbers in a netlink message.
#include "check/readers/strace_symbols.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "check/readers/lines.h"
#include "check/readers/strace_value.h"

namespace cttimeout::tools::check {
namespace {

struct Symbol {
  std::string_view name;
  std::uint32_t value;
};

constexpr std::array symbols{
    Symbol{"NLM_F_REQUEST", NLM_F_REQUEST},
    Symbol{"NLM_F_MULTI", NLM_F_MULTI},
    Symbol{"NLM_F_ACK", NLM_F_ACK},
    Symbol{"NLM_F_ECHO", NLM_F_ECHO},
    Symbol{"NLM_F_DUMP_INTR", NLM_F_DUMP_INTR},
    Symbol{"NLM_F_DUMP_FILTERED", NLM_F_DUMP_FILTERED},
    Symbol{"NLM_F_DUMP", NLM_F_DUMP},
    Symbol{"NLM_F_ROOT", NLM_F_ROOT},
    Symbol{"NLM_F_MATCH", NLM_F_MATCH},
    Symbol{"NLM_F_ATOMIC", NLM_F_ATOMIC},
    Symbol{"NLM_F_REPLACE", NLM_F_REPLACE},
    Symbol{"NLM_F_EXCL", NLM_F_EXCL},
    Symbol{"NLM_F_CREATE", NLM_F_CREATE},
    Symbol{"NLM_F_APPEND", NLM_F_APPEND},
    Symbol{"NLM_F_NONREC", NLM_F_NONREC},
    Symbol{"NLM_F_BULK", 0x200},
    Symbol{"NLM_F_CAPPED", NLM_F_CAPPED},
    Symbol{"NLM_F_ACK_TLVS", NLM_F_ACK_TLVS},
    Symbol{"NLMSG_NOOP", NLMSG_NOOP},
    Symbol{"NLMSG_ERROR", NLMSG_ERROR},
    Symbol{"NLMSG_DONE", NLMSG_DONE},
    Symbol{"NLMSG_OVERRUN", NLMSG_OVERRUN},
    Symbol{"NFNL_MSG_BATCH_BEGIN", NFNL_MSG_BATCH_BEGIN},
    Symbol{"NFNL_MSG_BATCH_END", NFNL_MSG_BATCH_END},
    Symbol{"NFNL_SUBSYS_NONE", NFNL_SUBSYS_NONE},
    Symbol{"NFNL_SUBSYS_CTNETLINK", NFNL_SUBSYS_CTNETLINK},
    Symbol{"NFNL_SUBSYS_CTNETLINK_EXP", NFNL_SUBSYS_CTNETLINK_EXP},
    Symbol{"NFNL_SUBSYS_QUEUE", NFNL_SUBSYS_QUEUE},
    Symbol{"NFNL_SUBSYS_ULOG", NFNL_SUBSYS_ULOG},
    Symbol{"NFNL_SUBSYS_OSF", NFNL_SUBSYS_OSF},
    Symbol{"NFNL_SUBSYS_IPSET", NFNL_SUBSYS_IPSET},
    Symbol{"NFNL_SUBSYS_ACCT", NFNL_SUBSYS_ACCT},
    Symbol{"NFNL_SUBSYS_CTNETLINK_TIMEOUT", NFNL_SUBSYS_CTNETLINK_TIMEOUT},
    Symbol{"NFNL_SUBSYS_CTHELPER", NFNL_SUBSYS_CTHELPER},
    Symbol{"NFNL_SUBSYS_NFTABLES", NFNL_SUBSYS_NFTABLES},
    Symbol{"NFNL_SUBSYS_NFT_COMPAT", NFNL_SUBSYS_NFT_COMPAT},
    Symbol{"NFNL_SUBSYS_HOOK", 12},
    Symbol{"IPCTNL_MSG_TIMEOUT_NEW", IPCTNL_MSG_TIMEOUT_NEW},
    Symbol{"IPCTNL_MSG_TIMEOUT_GET", IPCTNL_MSG_TIMEOUT_GET},
    Symbol{"IPCTNL_MSG_TIMEOUT_DELETE", IPCTNL_MSG_TIMEOUT_DELETE},
    Symbol{"IPCTNL_MSG_TIMEOUT_DEFAULT_SET", IPCTNL_MSG_TIMEOUT_DEFAULT_SET},
    Symbol{"IPCTNL_MSG_TIMEOUT_DEFAULT_GET", IPCTNL_MSG_TIMEOUT_DEFAULT_GET},
    Symbol{"NLA_F_NESTED", NLA_F_NESTED},
    Symbol{"NLA_F_NET_BYTEORDER", NLA_F_NET_BYTEORDER},
    Symbol{"NFNETLINK_V0", NFNETLINK_V0},
    Symbol{"AF_UNSPEC", AF_UNSPEC},
    Symbol{"AF_UNIX", AF_UNIX},
    Symbol{"AF_INET", AF_INET},
    Symbol{"AF_AX25", AF_AX25},
    Symbol{"AF_IPX", AF_IPX},
    Symbol{"AF_APPLETALK", AF_APPLETALK},
    Symbol{"AF_NETROM", AF_NETROM},
    Symbol{"AF_BRIDGE", AF_BRIDGE},
    Symbol{"AF_ATMPVC", AF_ATMPVC},
    Symbol{"AF_X25", AF_X25},
    Symbol{"AF_INET6", AF_INET6},
    Symbol{"AF_ROSE", AF_ROSE},
    Symbol{"AF_DECnet", AF_DECnet},
    Symbol{"AF_NETBEUI", AF_NETBEUI},
    Symbol{"AF_SECURITY", AF_SECURITY},
    Symbol{"AF_KEY", AF_KEY},
    Symbol{"AF_NETLINK", AF_NETLINK},
    Symbol{"AF_PACKET", AF_PACKET},
};

/// A command of another subsystem: only that it is one matters.
constexpr std::uint32_t unknown_command = 0xff;

std::optional<std::uint32_t> atom(std::string_view text) {
  const auto* found = std::ranges::find(symbols, text, &Symbol::name);
  if (found != symbols.end()) return found->value;
  const bool is_negative = text.starts_with('-');  // ports are printed as processes are, signed
  const auto number = parse_number(text.substr(is_negative ? 1 : 0));
  if (number) return static_cast<std::uint32_t>(is_negative ? 0 - *number : *number);
  return text.find("_MSG_") == std::string_view::npos ? std::nullopt
                                                      : std::optional(unknown_command);
}

}  // namespace

std::optional<std::uint32_t> evaluate_symbols(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::uint32_t value = 0;
  while (!text.empty()) {
    const std::string_view term = text.substr(0, text.find('|'));
    text.remove_prefix(std::min(term.size() + 1, text.size()));
    const std::size_t shift = term.find("<<8");
    const auto number = atom(trimmed(term.substr(0, shift)));
    if (!number) return std::nullopt;
    value |= shift == std::string_view::npos ? *number : *number << 8U;
  }
  return value;
}

}  // namespace cttimeout::tools::check
