// What messages are made of: headers, attributes, and how they are written and walked.
//
// For the codec: to encode and decode policies include cttimeout/codec.h.
#pragma once

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <linux/netlink.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "cttimeout/detail/copy.h"
#include "cttimeout/policy.h"
#include "cttimeout/result.h"

namespace cttimeout::wire {

inline constexpr std::size_t header_size = NLMSG_HDRLEN + sizeof(nfgenmsg);

constexpr std::size_t align4(std::size_t size) {
  return (size + 3) & ~std::size_t{3};
}

/// An attribute as it lies in a message.
struct Attribute {
  std::uint16_t type;  ///< without the flag bits
  std::span<const std::byte> payload;
};

inline constexpr std::size_t slot_size = NLA_HDRLEN + sizeof(std::uint32_t);

/// Writes forward into a buffer that the caller has found large enough.
class Writer {
 public:
  explicit Writer(std::byte* out) : out_(out) {}

  template <class T>
  void put(const T& value) {
    std::memcpy(out_, &value, sizeof(T));
    out_ += sizeof(T);
  }

  void attribute(std::size_t payload_size, std::uint16_t type) {
    put(nlattr{.nla_len = static_cast<std::uint16_t>(NLA_HDRLEN + payload_size), .nla_type = type});
  }

  void name(const Name& name) {
    const std::size_t size = name.view().size() + 1;
    attribute(size, CTA_TIMEOUT_NAME);
    copy_short(reinterpret_cast<char*>(out_), name.padded().data(), align4(size));
    out_ += align4(size);
  }

  void family(Family family) {
    attribute(sizeof(std::uint16_t), CTA_TIMEOUT_L3PROTO);
    put(std::array<std::uint16_t, 2>{htons(static_cast<std::uint16_t>(family)), 0});
  }

  void protocol(std::uint8_t protocol) {
    attribute(sizeof(std::uint8_t), CTA_TIMEOUT_L4PROTO);
    put(std::array<std::uint8_t, 4>{protocol, 0, 0, 0});
  }

  void timeouts(const Timeouts& timeouts) {
    attribute(slot_size * timeouts.count(), CTA_TIMEOUT_DATA | NLA_F_NESTED);
    // A fixed number of rounds, which compilers unroll: faster than looking for the next bit.
    for (std::uint16_t slot = 1; slot <= max_slots; ++slot) {
      if ((timeouts.mask() >> (slot - 1) & 1) == 0) continue;
      attribute(sizeof(std::uint32_t), slot);
      put(htonl(timeouts.raw()[slot - 1U]));
    }
  }

 private:
  std::byte* out_;
};

constexpr std::size_t name_size(std::string_view name) {
  return NLA_HDRLEN + align4(name.size() + 1);
}
constexpr std::size_t timeouts_size(const Timeouts& timeouts) {
  return NLA_HDRLEN + slot_size * timeouts.count();
}
inline constexpr std::size_t family_size = 8;
inline constexpr std::size_t protocol_size = 8;

template <class T>
T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

/// Whether a kernel sends this number as an errno: 0 or negative, and small.
constexpr bool is_errno(std::int32_t code) {
  return code <= 0 && code >= -4095;
}

inline tl::unexpected<Error> malformed(std::string_view detail, std::size_t offset) {
  return tl::unexpected(Error{.origin = Origin::reply,
                              .what = Errc::malformed,
                              .detail = detail,
                              .offset = static_cast<std::uint32_t>(offset)});
}

/// Calls `visit` for each attribute of message[begin, end); false as soon as one does not lie
/// within it or `visit` says false. `at` is left at the attribute that was at fault.
template <class Visit>
bool walk_attributes(std::span<const std::byte> message, std::size_t& at, std::size_t end,
                     Visit&& visit) {
  while (at < end) {
    if (end - at < NLA_HDRLEN) return false;
    const auto header = load<nlattr>(message.data() + at);
    if (header.nla_len < NLA_HDRLEN || header.nla_len > end - at) return false;
    if (!visit(Attribute{static_cast<std::uint16_t>(header.nla_type & NLA_TYPE_MASK),
                         message.subspan(at + NLA_HDRLEN, header.nla_len - NLA_HDRLEN)})) {
      return false;
    }
    at += align4(header.nla_len);
  }
  return true;
}

}  // namespace cttimeout::wire
