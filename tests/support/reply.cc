// Replies that tests expect, built independently of both the library and the fake.
#include "support/reply.h"

namespace cttimeout::test {
namespace {

Bytes message(std::uint16_t type, std::uint16_t flags, std::uint32_t sequence,
              const Bytes& payload) {
  const auto length = static_cast<std::uint32_t>(header_size + payload.size());
  return join({host32(length), host16(type), host16(flags), host32(sequence), zeros(4), payload});
}

Bytes front(const Bytes& bytes, std::size_t size) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

std::uint16_t ack_flags(bool capped, const Bytes& tlvs) {
  return static_cast<std::uint16_t>((capped ? flag_capped : 0) |
                                    (tlvs.empty() ? 0 : flag_ack_tlvs));
}

Bytes all_slots(const std::vector<std::uint32_t>& timeouts) {
  Bytes data;
  for (std::uint16_t slot = 1; slot <= timeouts.size(); ++slot) {
    data = join({data, attribute(slot, big32(timeouts[slot - 1U]))});
  }
  return attribute(attr_data | nested, data);
}

}  // namespace

Bytes success(const Bytes& request, const Bytes& tlvs) {
  return message(type_error, ack_flags(true, tlvs), read32(request, 8),
                 join({host32(0), front(request, header_size), tlvs}));
}

Bytes failure(const Bytes& request, int error, const AckStyle& style) {
  const Bytes copy =
      style.capped ? front(request, header_size) : padded(front(request, read32(request, 0)));
  return message(type_error, ack_flags(style.capped, style.tlvs), read32(request, 8),
                 join({host32(static_cast<std::uint32_t>(-error)), copy, style.tlvs}));
}

Bytes leftover_tlvs() {
  return attribute(ext_message, text("bytes leftover after parsing attributes"));
}

Bytes validation_tlvs(std::uint32_t offset, const Bytes& policy) {
  return join({attribute(ext_message, text("Attribute failed policy validation")),
               attribute(ext_offset, host32(offset)), policy});
}

Bytes rule_of(std::uint16_t attribute_type) {
  switch (attribute_type) {
    case attr_name:  // a string of at most 31 bytes
      return hex("14000480 08000700 1f000000 08000100 0c000000");
    case attr_family:  // 16 bits, 0 to 65535
      return hex("24000480 0c000400 0000000000000000 0c000500 ffff000000000000 08000100 03000000");
    case attr_protocol:  // 8 bits, 0 to 255
      return hex("24000480 0c000400 0000000000000000 0c000500 ff00000000000000 08000100 02000000");
    default:  // DATA: nested
      return hex("0c000480 08000100 0d000000");
  }
}

Bytes done(std::uint32_t sequence) {
  return message(type_done, flag_multi, sequence, host32(0));
}

Bytes policy_message(const PolicyReply& policy, std::uint32_t sequence) {
  return message(type_new, flag_multi, sequence,
                 join({zeros(4), attribute(attr_name, text(policy.name)),
                       attribute(attr_family, big16(policy.family)),
                       attribute(attr_protocol, byte(policy.protocol)),
                       attribute(attr_users, big32(policy.users)), all_slots(policy.timeouts)}));
}

Bytes default_message(std::uint16_t family, std::uint8_t protocol,
                      const std::vector<std::uint32_t>& timeouts, std::uint32_t sequence) {
  return message(type_default_set, flag_multi, sequence,
                 join({zeros(4), attribute(attr_family, big16(family)),
                       attribute(attr_protocol, byte(protocol)), all_slots(timeouts)}));
}

}  // namespace cttimeout::test
