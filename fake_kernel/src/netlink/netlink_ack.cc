// The one place where a verdict becomes an NLMSG_ERROR.

#include "netlink/netlink_ack.h"

#include <cerrno>

#include "netlink/af_netlink.h"

namespace cttimeout::fake {

namespace {

std::size_t text_size(std::string_view text) {
  return text.empty() ? 0 : NLA_HDRLEN + align4(text.size() + 1);
}

constexpr std::size_t u32_attribute_size = NLA_HDRLEN + sizeof(std::uint32_t);
constexpr std::size_t u64_attribute_size = NLA_HDRLEN + sizeof(std::uint64_t);

bool has_length(const AttributePolicy& policy) {
  return policy.type == NL_ATTR_TYPE_NUL_STRING || policy.type == NL_ATTR_TYPE_STRING ||
         policy.type == NL_ATTR_TYPE_BINARY;
}

/// Size of the payload of the POLICY nest: type, and the limit that applies to that type.
std::size_t policy_size(const AttributePolicy& policy) {
  if (has_length(policy)) return 2 * u32_attribute_size;
  if (policy.type == NL_ATTR_TYPE_NESTED) return u32_attribute_size;
  return 2 * u64_attribute_size + u32_attribute_size;
}

// __netlink_policy_dump_write_attr
void write_policy(ReplyWriter& writer, const AttributePolicy& policy) {
  writer.attribute_header(policy_size(policy), NLMSGERR_ATTR_POLICY | NLA_F_NESTED);
  if (has_length(policy)) {
    writer.attribute(NL_POLICY_TYPE_ATTR_MAX_LENGTH, static_cast<std::uint32_t>(policy.largest));
  } else if (policy.type != NL_ATTR_TYPE_NESTED) {
    writer.attribute(NL_POLICY_TYPE_ATTR_MIN_VALUE_U, std::uint64_t{0});
    writer.attribute(NL_POLICY_TYPE_ATTR_MAX_VALUE_U, policy.largest);
  }
  writer.attribute(NL_POLICY_TYPE_ATTR_TYPE, policy.type);
}

std::size_t extended_size(const ExtendedAck& extended) {
  std::size_t size = text_size(extended.text);
  if (extended.offset != 0) size += u32_attribute_size;
  if (extended.policy != nullptr) size += NLA_HDRLEN + policy_size(*extended.policy);
  return size;
}

void write_extended(ReplyWriter& writer, const ExtendedAck& extended) {
  if (!extended.text.empty()) writer.text(NLMSGERR_ATTR_MSG, extended.text);
  if (extended.offset != 0) writer.attribute(NLMSGERR_ATTR_OFFS, extended.offset);
  if (extended.policy != nullptr) write_policy(writer, *extended.policy);
}

}  // namespace

// netlink_ack_tlv_len, netlink_ack (K-ACK)
void netlink_ack(Socket& socket, const Request& request, int error, const ExtendedAck& extended) {
  const bool capped = error == 0 || socket.cap_ack();
  const ExtendedAck shown = socket.ext_ack() ? extended : ExtendedAck{};
  const auto copied = capped ? request.message.first(NLMSG_HDRLEN) : request.message;
  const std::size_t extra = extended_size(shown);
  const std::size_t size = NLMSG_HDRLEN + sizeof(std::int32_t) + align4(copied.size()) + extra;
  const std::size_t charged = size + (shown.policy == nullptr ? 0 : shown.policy->over_charge);
  const auto flags =
      static_cast<std::uint16_t>((capped ? NLM_F_CAPPED : 0) | (extra == 0 ? 0 : NLM_F_ACK_TLVS));
  if (!socket.allocate()) return socket.report(ENOBUFS);  // K-ALLOC-5
  // A full queue drops the ack; the request stays executed (K-MEM-4).
  (void)socket.reply(size, charged, [&](ReplyWriter& writer) {
    writer.value(nlmsghdr{.nlmsg_len = static_cast<std::uint32_t>(size),
                          .nlmsg_type = NLMSG_ERROR,
                          .nlmsg_flags = flags,
                          .nlmsg_seq = request.header.nlmsg_seq,
                          .nlmsg_pid = socket.name().port_id});
    writer.value(std::int32_t{-error});
    writer.padded(copied);
    write_extended(writer, shown);
  });
}

}  // namespace cttimeout::fake
