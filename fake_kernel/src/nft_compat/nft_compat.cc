// The subsystem nft_compat: which revision of an extension of iptables the kernel has.

#include "nft_compat/nft_compat.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables_compat.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>

#include "netlink/af_netlink.h"
#include "netlink/message_builder.h"
#include "nft_compat/extensions.h"

namespace cttimeout::fake {

namespace {

constexpr std::size_t over_charge = 12;
constexpr std::array policies{AttributePolicy{},
                              AttributePolicy{NL_ATTR_TYPE_NUL_STRING, 31, over_charge},
                              AttributePolicy{NL_ATTR_TYPE_U32, 0xffffffff, over_charge},
                              AttributePolicy{NL_ATTR_TYPE_U32, 0xffffffff, over_charge}};
constexpr AttributeRules rules{.policies = policies, .last_type = NFTA_COMPAT_MAX};

bool has_extensions(std::uint8_t family) {
  return family == NFPROTO_IPV4 || family == NFPROTO_IPV6 || family == NFPROTO_BRIDGE ||
         family == NFPROTO_ARP;
}

}  // namespace

std::optional<Command> NftCompat::find_command(unsigned type) const {
  if (type != NFNL_MSG_COMPAT_GET) return std::nullopt;
  return Command{.rules = &rules};
}

// nfnl_compat_get_rcu: of a revision that there is, the newest one there is.
int NftCompat::run(unsigned /*type*/, const ParsedRequest& request) {
  const Attributes& attributes = request.attributes;
  if (attributes.has(NFTA_COMPAT_REV) && big32_of(attributes[NFTA_COMPAT_REV]) > 0xff) {
    request.extended.text = "integer out of range";
    return request.blame(NFTA_COMPAT_REV, ERANGE);
  }
  if (!attributes.has(NFTA_COMPAT_NAME) || !attributes.has(NFTA_COMPAT_REV) ||
      !attributes.has(NFTA_COMPAT_TYPE)) {
    return EINVAL;
  }
  if (!has_extensions(request.family())) return EINVAL;
  const std::string_view name = text_of(attributes[NFTA_COMPAT_NAME]);
  const std::uint32_t target = big32_of(attributes[NFTA_COMPAT_TYPE]);
  const Extension* const found = find_extension(name, target == 1, request.family());
  if (found == nullptr) return ENOENT;
  const std::uint32_t asked = big32_of(attributes[NFTA_COMPAT_REV]);
  const unsigned revisions = found->revisions(request.family());
  if (asked > 7 || (revisions >> asked & 1U) == 0) return EPROTONOSUPPORT;
  MessageBuilder message;
  message.begin_message(
      nlmsghdr{.nlmsg_len = 0,
               .nlmsg_type = NFNL_SUBSYS_NFT_COMPAT << 8 | NFNL_MSG_COMPAT_GET,
               .nlmsg_flags = NLM_F_MULTI,
               .nlmsg_seq = request.header().nlmsg_seq,
               .nlmsg_pid = request.socket.name().port_id},
      nfgenmsg{.nfgen_family = request.family(), .version = NFNETLINK_V0, .res_id = 0});
  message.text(NFTA_COMPAT_NAME, name);
  message.big32(NFTA_COMPAT_REV, static_cast<std::uint32_t>(std::bit_width(revisions)) - 1);
  message.big32(NFTA_COMPAT_TYPE, target);
  message.end_message();
  return request.socket.reply(message);
}

}  // namespace cttimeout::fake
