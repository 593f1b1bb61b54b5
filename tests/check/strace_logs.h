// Lines of strace for tests, and what is read from them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "check/readers/capture.h"
#include "check/report.h"
#include "cttimeout/protocol.h"
#include "support/request.h"

namespace cttimeout::tools::check {

inline const std::string opens_3 = "socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) = 3\n";

/// NEW of "web", tcp, established 100; 56 bytes.
inline const test::Bytes adds_web =
    test::new_policy("web", test::ipv4, test::tcp, {{CTA_TIMEOUT_TCP_ESTABLISHED, 100}})
        .ack()
        .create()
        .exclusive();

/// As strace -xx prints it.
inline std::string hex_string(const test::Bytes& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "\"";
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    text += {'\\', 'x', digits[value >> 4U], digits[value & 15U]};
  }
  return text + '"';
}

/// "write(3, "\x38...", 56) = 56\n"
inline std::string write_line(int descriptor, const test::Bytes& bytes) {
  const std::string size = std::to_string(bytes.size());
  return "write(" + std::to_string(descriptor) + ", " + hex_string(bytes) + ", " + size +
         ") = " + size + "\n";
}

inline Capture read_log(const std::string& text) {
  auto capture = read_strace(text);
  EXPECT_TRUE(capture) << (capture ? "" : capture.error().text) << "\n" << text;
  return capture ? *std::move(capture) : Capture{};
}

/// The numbers of the sockets on which `bytes` were sent, in order.
inline std::vector<std::size_t> senders(const Capture& capture, const test::Bytes& bytes) {
  std::vector<std::size_t> sockets;
  for (const Event& event : capture.events) {
    if (event.kind == Event::Kind::sent && event.bytes == bytes) sockets.push_back(event.socket);
  }
  return sockets;
}

/// The ids of the rules that a log breaks, in order of their places.
inline std::vector<std::string> rules_broken_in(const std::string& text) {
  std::vector<std::string> ids;
  for (const Located& located : check_capture("log", read_log(text), {}).findings) {
    ids.emplace_back(located.finding.rule->id);
  }
  return ids;
}

}  // namespace cttimeout::tools::check
