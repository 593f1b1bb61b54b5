// One message and its attributes, cut apart as the kernel's lenient walk does it.
#pragma once

#include <linux/netlink.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "netlink/bytes.h"

namespace cttimeout::tools {

inline constexpr std::size_t header_size = NLMSG_HDRLEN;
inline constexpr std::size_t nfgen_size = 4;

struct Message {
  std::size_t index;   ///< of those sent on the socket, from 1
  std::size_t offset;  ///< of its header in the datagram
  Bytes bytes;         ///< nlmsg_len of them
  Bytes padding;       ///< what follows up to the next multiple of 4

  [[nodiscard]] std::uint16_t type() const { return load<std::uint16_t>(bytes, 4); }
  [[nodiscard]] std::uint16_t flags() const { return load<std::uint16_t>(bytes, 6); }
  [[nodiscard]] std::uint32_t sequence() const { return load<std::uint32_t>(bytes, 8); }
  [[nodiscard]] std::uint32_t port() const { return load<std::uint32_t>(bytes, 12); }
  [[nodiscard]] unsigned subsystem() const { return type() >> 8U; }
  [[nodiscard]] unsigned command() const { return type() & 0xffU; }

  [[nodiscard]] bool has(std::uint16_t flag) const { return (flags() & flag) == flag; }
  [[nodiscard]] bool has_any(std::uint16_t mask) const { return (flags() & mask) != 0; }
  [[nodiscard]] bool has_nfgen() const { return bytes.size() >= header_size + nfgen_size; }
  /// Whether it belongs to subsystem 8 and is one of its five commands.
  [[nodiscard]] bool is_ours() const;
  /// GET with any of the DUMP bits: the kernel dumps.
  [[nodiscard]] bool is_dump() const;
};

/// The messages of a datagram, and where the walk stopped.
struct MessageArea {
  std::vector<Message> messages;
  std::size_t rest_offset;
  Bytes rest;
};
/// `first_index` is the index of the first message.
[[nodiscard]] MessageArea split_messages(Bytes datagram, std::size_t first_index);

struct Attribute {
  std::uint16_t raw_type;  ///< with the two flag bits
  std::size_t offset;      ///< of its header in the datagram
  Bytes payload;
  Bytes padding;

  [[nodiscard]] std::uint16_t type() const {
    return static_cast<std::uint16_t>(raw_type & NLA_TYPE_MASK);
  }
  [[nodiscard]] std::size_t size() const { return NLA_HDRLEN + payload.size(); }
};

/// The attributes of an area, and where the walk stopped.
struct AttributeArea {
  std::vector<Attribute> attributes;
  std::size_t rest_offset;
  Bytes rest;

  /// The one that counts if there are several: the last. nullptr if there is none.
  [[nodiscard]] const Attribute* find(std::uint16_t type) const;
};
/// `offset` is that of the area in the datagram.
[[nodiscard]] AttributeArea split_attributes(Bytes area, std::size_t offset);

/// "NEW", "ERROR", "BATCH_BEGIN", "type 0x0a10".
[[nodiscard]] std::string type_name(std::uint16_t type);
/// "NAME", "attribute 9".
[[nodiscard]] std::string attribute_name(std::uint16_t type);
/// "REQUEST|ACK", "no flags"; `type` decides what the upper bits are called.
[[nodiscard]] std::string flag_names(std::uint16_t type, std::uint16_t flags);
/// "0x0800"
[[nodiscard]] std::string hex16(std::uint16_t value);

}  // namespace cttimeout::tools
