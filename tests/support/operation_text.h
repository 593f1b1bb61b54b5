// Operations as golden files write them: what the recorder writes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cttimeout/netlink_socket.h"
#include "support/golden_text.h"
#include "support/port_names.h"

namespace cttimeout::test::operation {

inline std::string bind(const std::string& label, const std::string& address) {
  return "bind " + label + ' ' + address;
}

inline std::string connect(const std::string& label, const std::string& address) {
  return "connect " + label + ' ' + address;
}

inline std::string send(const std::string& label, const std::optional<std::string>& to, int flags,
                        View datagram) {
  return "send " + label + (to ? " to " + *to : "") + (flags != 0 ? ' ' + flags_text(flags) : "") +
         ' ' + bytes_text(datagram);
}

inline std::string receive(const std::string& label, std::size_t size, int flags) {
  return "recv " + label + ' ' + std::to_string(size) + (flags != 0 ? ' ' + flags_text(flags) : "");
}

inline std::string set_option(const std::string& label, int level, int option, View value) {
  return "setsockopt " + label + ' ' + std::to_string(level) + ' ' + std::to_string(option) + ' ' +
         bytes_text(value);
}

inline std::string get_option(const std::string& label, int level, int option, std::size_t size) {
  return "getsockopt " + label + ' ' + std::to_string(level) + ' ' + std::to_string(option) + ' ' +
         std::to_string(size);
}

inline std::string enter(std::size_t number) {
  return "namespace " + std::to_string(number);
}

inline std::string read_sysctl(std::string_view name) {
  return "sysctl read " + in_quotes(name);
}

inline std::string write_sysctl(std::string_view name, std::string_view text) {
  return "sysctl write " + in_quotes(name) + ' ' + in_quotes(text);
}

inline std::string hold(std::string_view policy) {
  return "hold " + in_quotes(policy);
}

inline std::string release(std::string_view policy) {
  return "release " + in_quotes(policy);
}

inline std::string set_capable(bool capable) {
  return capable ? "capable 1" : "capable 0";
}

}  // namespace cttimeout::test::operation
