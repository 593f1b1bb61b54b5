// Netlink messages of the C interface: built in place, parsed whole or not at all.

#include <array>
#include <cstring>

#include "object.h"

namespace {

using namespace cttimeout;

/// The name; one that was refused goes without a terminator, which no kernel takes for a name.
void put_name(wire::Writer& writer, const Name& name) {
  if (!compat::is_refused(name)) return writer.name(name);
  std::array<char, CTNL_TIMEOUT_NAME_MAX> text{};
  name.view().copy(text.data(), max_name_size);
  writer.attribute(max_name_size, CTA_TIMEOUT_NAME);
  writer.put(text);
}

/// Appends what is set to memory that the caller vouches for; returns its size.
std::size_t put_attributes(std::byte* out, const nfct_timeout& t) {
  wire::Writer writer(out);
  std::size_t size = 0;
  if (t.has(CTA_TIMEOUT_NAME)) {
    put_name(writer, t.policy.name);
    size += wire::name_size(t.policy.name.view());
  }
  if (t.has(CTA_TIMEOUT_L3PROTO)) {
    writer.family(t.policy.family);
    size += wire::family_size;
  }
  if (t.has(CTA_TIMEOUT_L4PROTO)) {
    writer.protocol(t.policy.protocol);
    size += wire::protocol_size;
  }
  if (t.has(CTA_TIMEOUT_DATA)) {
    const Timeouts timeouts = compat::known_timeouts(t);
    writer.timeouts(timeouts);
    size += wire::timeouts_size(timeouts);
  }
  return size;
}

/// What a message of that command cannot be without.
wire::Seen required(std::uint8_t command) {
  const wire::Seen defaults = wire::seen(CTA_TIMEOUT_L3PROTO) | wire::seen(CTA_TIMEOUT_L4PROTO) |
                              wire::seen(CTA_TIMEOUT_DATA);
  switch (command) {
    case IPCTNL_MSG_TIMEOUT_NEW:
      return wire::seen(CTA_TIMEOUT_NAME) | defaults;
    case IPCTNL_MSG_TIMEOUT_DEFAULT_SET:
      return defaults;
    default:
      return 0;
  }
}

/// The attributes of a message, if they are well formed.
bool read_attributes(std::span<const std::byte> message, nfct_timeout& t) {
  std::size_t at = wire::header_size;
  return wire::walk_attributes(message, at, message.size(), [&](const wire::Attribute& attribute) {
    if (attribute.type <= CTA_TIMEOUT_MAX) t.add(attribute.type);
    return wire::read_attribute(attribute, t.policy);
  });
}

}  // namespace

nlmsghdr* nfct_timeout_nlmsg_build_hdr(char* buf, std::uint8_t cmd, std::uint16_t flags,
                                       std::uint32_t seq) {
  if (buf == nullptr) {
    errno = EINVAL;
    return nullptr;
  }
  wire::start_request(reinterpret_cast<std::byte*>(buf), wire::header_size,
                      {.command = cmd,
                       .flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST),
                       .sequence = seq});
  return reinterpret_cast<nlmsghdr*>(buf);
}

void nfct_timeout_nlmsg_build_payload(nlmsghdr* nlh, const nfct_timeout* t) {
  if (nlh == nullptr || t == nullptr) return;
  auto* message = reinterpret_cast<std::byte*>(nlh);
  const std::size_t end = wire::align4(wire::load<std::uint32_t>(message));
  const auto size = static_cast<std::uint32_t>(end + put_attributes(message + end, *t));
  static_assert(offsetof(nlmsghdr, nlmsg_len) == 0 && sizeof(nlmsghdr::nlmsg_len) == sizeof(size));
  std::memcpy(message, &size, sizeof(size));
}

int nfct_timeout_nlmsg_parse_payload(const nlmsghdr* nlh, nfct_timeout* t) {
  if (nlh == nullptr || t == nullptr) return compat::fail(EINVAL);
  const auto* bytes = reinterpret_cast<const std::byte*>(nlh);
  const auto header = wire::load<nlmsghdr>(bytes);
  if (header.nlmsg_type >> 8 != NFNL_SUBSYS_CTNETLINK_TIMEOUT) return compat::fail(EINVAL);
  if (header.nlmsg_len < wire::header_size) return compat::fail(EINVAL);

  nfct_timeout parsed;
  if (!read_attributes({bytes, header.nlmsg_len}, parsed)) return compat::fail(EINVAL);
  wire::Seen needed = required(static_cast<std::uint8_t>(header.nlmsg_type));
  if (parsed.has(CTA_TIMEOUT_DATA)) needed |= wire::seen(CTA_TIMEOUT_L4PROTO);
  if ((parsed.present & needed) != needed) return compat::fail(EINVAL);

  parsed.policy.timeouts = compat::known_timeouts(parsed);
  if (parsed.policy.timeouts.empty()) parsed.drop(CTA_TIMEOUT_DATA);
  *t = parsed;
  return 0;
}
