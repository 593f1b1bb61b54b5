// The two data messages of the subsystem: a policy, and a protocol's defaults.

#include "cttimeout/policy_message.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>

namespace cttimeout::fake {

namespace {

constexpr std::size_t headers_size = NLMSG_HDRLEN + sizeof(nfgenmsg);
constexpr std::size_t small_attribute_size = NLA_HDRLEN + 4;  // one integer, padded

std::size_t data_size(const Protocol& protocol) {
  return NLA_HDRLEN + small_attribute_size * protocol.slots.size();
}

// NLM_F_MULTI always, also where no NLMSG_DONE follows (K-GET-2).
void write_headers(ReplyWriter& writer, std::size_t size, unsigned command, std::uint32_t sequence,
                   std::uint32_t port_id) {
  writer.value(nlmsghdr{
      .nlmsg_len = static_cast<std::uint32_t>(size),
      .nlmsg_type = static_cast<std::uint16_t>(NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 | command),
      .nlmsg_flags = NLM_F_MULTI,
      .nlmsg_seq = sequence,
      .nlmsg_pid = port_id});
  writer.value(nfgenmsg{});
}

void write_family(ReplyWriter& writer, std::uint16_t family) {
  writer.attribute_header(sizeof family, CTA_TIMEOUT_L3PROTO);
  writer.value(std::array<std::uint16_t, 2>{htons(family), 0});
}

void write_protocol(ReplyWriter& writer, const Protocol& protocol) {
  writer.attribute_header(sizeof protocol.number, CTA_TIMEOUT_L4PROTO);
  writer.value(std::array<std::uint8_t, 4>{protocol.number, 0, 0, 0});
}

void write_u32(ReplyWriter& writer, std::uint16_t type, std::uint32_t number) {
  writer.attribute_header(sizeof number, type);
  writer.value(htonl(number));
}

void write_data(ReplyWriter& writer, const Protocol& protocol, const Ticks& ticks,
                std::uint32_t hz) {
  writer.attribute_header(data_size(protocol) - NLA_HDRLEN, CTA_TIMEOUT_DATA | NLA_F_NESTED);
  for (const Slot& slot : protocol.slots) {
    write_u32(writer, slot.number, ticks[slot.number - 1U] / hz);
  }
}

}  // namespace

PolicyMessage::PolicyMessage(const Policy& policy, std::uint32_t hz)
    : policy_(policy),
      protocol_(*find_protocol(policy.protocol)),
      hz_(hz),
      size_(headers_size + NLA_HDRLEN + align4(policy.name.size + 1U) + 3 * small_attribute_size +
            data_size(protocol_)) {}

void PolicyMessage::write(ReplyWriter& writer, std::uint32_t sequence,
                          std::uint32_t port_id) const {
  write_headers(writer, size_, IPCTNL_MSG_TIMEOUT_NEW, sequence, port_id);
  writer.text(CTA_TIMEOUT_NAME, {policy_.name.bytes.data(), policy_.name.size});
  write_family(writer, policy_.family);
  write_protocol(writer, protocol_);
  write_u32(writer, CTA_TIMEOUT_USE, policy_.users);
  write_data(writer, protocol_, policy_.ticks, hz_);
}

DefaultMessage::DefaultMessage(const Protocol& protocol, std::uint16_t family, const Ticks& ticks,
                               std::uint32_t hz)
    : protocol_(protocol),
      family_(family),
      ticks_(ticks),
      hz_(hz),
      size_(headers_size + 2 * small_attribute_size + data_size(protocol)) {}

void DefaultMessage::write(ReplyWriter& writer, std::uint32_t sequence,
                           std::uint32_t port_id) const {
  write_headers(writer, size_, IPCTNL_MSG_TIMEOUT_DEFAULT_SET, sequence, port_id);
  write_family(writer, family_);
  write_protocol(writer, protocol_);
  write_data(writer, protocol_, ticks_, hz_);
}

}  // namespace cttimeout::fake
