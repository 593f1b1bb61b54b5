// The datagrams of a text, as its readers find them one after the other.
#pragma once

#include <vector>

#include "check/readers/capture.h"
#include "netlink/bytes.h"

namespace cttimeout::tools::check {

/// No text is read as more than this: a datagram, or the lines that `*` stands for.
inline constexpr std::size_t largest_datagram = 1U << 20U;

/// Without the link header of a capture if there is one before the datagram; else all of it. What
/// makes sense as a message has none.
[[nodiscard]] Bytes without_link_header(Bytes bytes);

/// Collects datagrams. Dumps of packets may have a link
/// header before them: it is taken away, and it decides which of them are requests to netfilter.
class Datagrams {
 public:
  void add(std::vector<std::byte> bytes, std::size_t line);
  /// One that may as well be a reply: what looks like one is passed over.
  void add_packet(std::vector<std::byte> bytes, std::size_t line);

  /// From here on it is known that the text tells what was received.
  void received(Event event);
  /// What follows is another socket.
  void close(std::size_t line);

  [[nodiscard]] Capture take();

 private:
  Capture capture_;
  std::size_t socket_ = 0;
  bool has_packets_ = false;
};

}  // namespace cttimeout::tools::check
