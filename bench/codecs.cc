// The codecs that are compared: all encode one NEW request and decode one reply of the kernel.
#include "codecs.h"

#include "cttimeout/format.h"

namespace cttimeout::bench {
namespace {

using Attributes = std::array<const nlattr*, max_slots + 1>;

int keep_attribute(const nlattr* attribute, void* data) {
  const unsigned type = mnl_attr_get_type(attribute);
  auto& attributes = *static_cast<Attributes*>(data);
  if (type < attributes.size()) attributes[type] = attribute;
  return MNL_CB_OK;
}

bool has(const nlattr* attribute, mnl_attr_data_type type) {
  return attribute != nullptr && mnl_attr_validate(attribute, type) == 0;
}

bool read_slots(const nlattr* nest, Timeouts& timeouts) {
  Attributes slots{};
  if (mnl_attr_parse_nested(nest, keep_attribute, &slots) != MNL_CB_OK) return false;
  for (std::size_t slot = 1; slot < slots.size(); ++slot) {
    if (slots[slot] == nullptr) continue;
    if (!has(slots[slot], MNL_TYPE_U32)) return false;
    timeouts.set_raw(slot, ntohl(mnl_attr_get_u32(slots[slot])));
  }
  return true;
}

}  // namespace

std::string OurCodec::text(const Result<InstalledPolicy>& decoded) {
  return decoded ? to_block(*decoded) : "";
}

std::string Memcpy::text(Message decoded) {
  return OurCodec::text(decode_policy(decoded));
}

std::size_t MnlCodec::encode(std::span<std::byte> out) {
  nlmsghdr* message = mnl_nlmsg_put_header(out.data());
  message->nlmsg_type = NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 | new_request.command;
  message->nlmsg_flags = new_request.flags;
  message->nlmsg_seq = new_request.sequence;
  auto* nfgen = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(nfgenmsg)));
  *nfgen = {.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0, .res_id = 0};
  mnl_attr_put_strz(message, CTA_TIMEOUT_NAME, policy_.name.view().data());
  mnl_attr_put_u16(message, CTA_TIMEOUT_L3PROTO, htons(static_cast<std::uint16_t>(policy_.family)));
  mnl_attr_put_u8(message, CTA_TIMEOUT_L4PROTO, policy_.protocol);
  nlattr* nest = mnl_attr_nest_start(message, CTA_TIMEOUT_DATA);
  for (std::uint16_t slot = 1; slot <= max_slots; ++slot) {
    if ((policy_.timeouts.mask() >> (slot - 1) & 1) == 0) continue;
    mnl_attr_put_u32(message, slot, htonl(policy_.timeouts.raw()[slot - 1U]));
  }
  mnl_attr_nest_end(message, nest);
  return message->nlmsg_len;
}

std::optional<InstalledPolicy> MnlCodec::decode(Message reply) {
  std::optional<InstalledPolicy> policy;
  const auto* message = reinterpret_cast<const nlmsghdr*>(reply.data());
  if (!mnl_nlmsg_ok(message, static_cast<int>(reply.size()))) return policy;
  if (message->nlmsg_type != (NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 | IPCTNL_MSG_TIMEOUT_NEW)) {
    return policy;
  }
  Attributes found{};
  if (mnl_attr_parse(message, sizeof(nfgenmsg), keep_attribute, &found) != MNL_CB_OK) return policy;
  if (!has(found[CTA_TIMEOUT_NAME], MNL_TYPE_NUL_STRING) ||
      !has(found[CTA_TIMEOUT_L3PROTO], MNL_TYPE_U16) ||
      !has(found[CTA_TIMEOUT_L4PROTO], MNL_TYPE_U8) || !has(found[CTA_TIMEOUT_USE], MNL_TYPE_U32) ||
      !has(found[CTA_TIMEOUT_DATA], MNL_TYPE_NESTED)) {
    return policy;
  }
  policy.emplace();
  policy->name = std::string_view(mnl_attr_get_str(found[CTA_TIMEOUT_NAME]));
  policy->family = Family{ntohs(mnl_attr_get_u16(found[CTA_TIMEOUT_L3PROTO]))};
  policy->protocol = mnl_attr_get_u8(found[CTA_TIMEOUT_L4PROTO]);
  policy->users = ntohl(mnl_attr_get_u32(found[CTA_TIMEOUT_USE]));
  if (!read_slots(found[CTA_TIMEOUT_DATA], policy->timeouts)) policy.reset();
  return policy;
}

std::string MnlCodec::text(const std::optional<InstalledPolicy>& decoded) {
  return decoded ? to_block(*decoded) : "";
}

PeerObject peer_object(const Policy& policy) {
  PeerObject object(nfct_timeout_alloc());
  nfct_timeout_attr_set(object.get(), NFCT_TIMEOUT_ATTR_NAME, policy.name.view().data());
  nfct_timeout_attr_set_u16(object.get(), NFCT_TIMEOUT_ATTR_L3PROTO,
                            static_cast<std::uint16_t>(policy.family));
  nfct_timeout_attr_set_u8(object.get(), NFCT_TIMEOUT_ATTR_L4PROTO, policy.protocol);
  for (std::uint32_t slot = 1; slot <= max_slots; ++slot) {
    if ((policy.timeouts.mask() >> (slot - 1) & 1) == 0) continue;
    nfct_timeout_policy_attr_set_u32(object.get(), slot - 1, policy.timeouts.raw()[slot - 1]);
  }
  return object;
}

std::size_t PeerCodec::encode(std::span<std::byte> out) {
  nlmsghdr* message =
      nfct_timeout_nlmsg_build_hdr(reinterpret_cast<char*>(out.data()), new_request.command,
                                   new_request.flags, new_request.sequence);
  nfct_timeout_nlmsg_build_payload(message, object_.get());
  return message->nlmsg_len;
}

PeerObject PeerCodec::decode(Message reply) {
  PeerObject object(nfct_timeout_alloc());
  const auto* message = reinterpret_cast<const nlmsghdr*>(reply.data());
  if (nfct_timeout_nlmsg_parse_payload(message, object.get()) != 0) object.reset();
  return object;
}

std::string PeerCodec::text(const PeerObject& decoded) {
  if (decoded == nullptr) return "";
  std::array<char, 1024> text{};
  nfct_timeout_snprintf(text.data(), text.size(), decoded.get(), NFCT_TIMEOUT_O_DEFAULT, 0);
  return text.data();
}

}  // namespace cttimeout::bench
