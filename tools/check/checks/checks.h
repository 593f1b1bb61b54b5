// The checks of one message. Each looks at one thing and reports what it finds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "check/finding.h"
#include "cttimeout/protocol.h"
#include "netlink/message.h"

namespace cttimeout::tools::check {

/// One message under check, and where its findings go.
struct Subject {
  const Message& message;
  std::uint32_t hz;  ///< ticks per second of the kernel that it is sent to
  bool acked_later;  ///< a later message of the datagram asks for an ack
  bool reads_known;  ///< how the reply is read is checked as well
  std::size_t datagram;
  Findings& findings;

  [[nodiscard]] bool is(unsigned command) const { return message.command() == command; }
  /// `path` goes below the message's name; `offset` is of the datagram.
  void report(const Rule& broken, std::string_view path, std::size_t offset,
              std::string text) const;
};

/// Flags, nlmsg_pid and nfgenmsg of a message of ours.
void check_header(const Subject& subject);

/// Everything from byte 20 on.
void check_attributes(const Subject& subject);

/// The payload of one outer attribute.
void check_name(const Subject& subject, const Attribute& attribute);
void check_family(const Subject& subject, const Attribute& attribute);
void check_protocol(const Subject& subject, const Attribute& attribute);

/// The timeouts inside DATA; `protocol` is nullptr if L4PROTO does not name one.
void check_data(const Subject& subject, const Attribute& data, const Protocol* protocol);

/// What holds for attributes of either level: padding, duplicates, the walk's end.
/// `known` says whether the kernel has an attribute of that type at this level.
using Known = bool (*)(std::uint16_t type, const Protocol* protocol);
struct Level {
  std::string_view path;  ///< empty, or "DATA"
  Known known;
  const Protocol* protocol;
};
/// True if the kernel's walk sees attributes other than those that were meant.
[[nodiscard]] bool check_area(const Subject& subject, const AttributeArea& area,
                              const Level& level);

/// The two flag bits and the byte order of an attribute's type. False if the type is swapped.
[[nodiscard]] bool check_type(const Subject& subject, const Attribute& attribute,
                              const Level& level);

/// "DATA/ESTABLISHED"; the name of an attribute of that level.
[[nodiscard]] std::string path_of(const Level& level, std::uint16_t type);

}  // namespace cttimeout::tools::check
