// Reading NLMSG_ERROR: the errno, and the extended ack behind the copied request.

#include "cttimeout/codec.h"

namespace cttimeout {

namespace {

constexpr std::size_t copied_request_at = NLMSG_HDRLEN + sizeof(std::int32_t);

bool read_extended(const wire::Attribute& attribute, Ack& ack) {
  const auto& [type, payload] = attribute;
  if (type == NLMSGERR_ATTR_MSG) {
    const auto* text = reinterpret_cast<const char*>(payload.data());
    ack.text = std::string_view(text, strnlen(text, payload.size()));
  } else if (type == NLMSGERR_ATTR_OFFS) {
    if (payload.size() != sizeof(std::uint32_t)) return false;
    ack.offset = wire::load<std::uint32_t>(payload.data());
  }
  return true;
}

/// Where the extended ack begins: behind the copy of the request, or of its header if capped.
std::size_t extended_at(std::span<const std::byte> message, std::uint16_t flags) {
  if ((flags & NLM_F_CAPPED) != 0) return copied_request_at + NLMSG_HDRLEN;
  const auto request = wire::load<nlmsghdr>(message.data() + copied_request_at);
  return copied_request_at + wire::align4(request.nlmsg_len);
}

}  // namespace

Result<Ack> decode_ack(std::span<const std::byte> message) {
  Result<Ack> ack;  // the one thing returned, so that it is never copied
  if (message.size() < copied_request_at + NLMSG_HDRLEN) {
    ack = wire::malformed("ack shorter than its headers", 0);
    return ack;
  }
  const auto header = wire::load<nlmsghdr>(message.data());
  const auto code = wire::load<std::int32_t>(message.data() + NLMSG_HDRLEN);
  if (!wire::is_errno(code)) {
    ack = wire::malformed("ack with an impossible errno", NLMSG_HDRLEN);
    return ack;
  }
  ack->error = -code;
  if ((header.nlmsg_flags & NLM_F_ACK_TLVS) == 0) return ack;
  std::size_t at = extended_at(message, header.nlmsg_flags);
  const bool read =
      at <= message.size() &&
      wire::walk_attributes(message, at, message.size(), [&](const wire::Attribute& attribute) {
        return read_extended(attribute, *ack);
      });
  if (!read) ack = wire::malformed("extended ack out of bounds", at);
  return ack;
}

}  // namespace cttimeout
