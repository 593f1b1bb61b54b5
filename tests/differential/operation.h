// Operation: one thing done to a namespace; Outcome: everything that came of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cttimeout/netlink_socket.h"
#include "support/bytes.h"

namespace cttimeout::test {

enum class Act : std::uint8_t {
  open,  ///< opens socket `socket`, unbound
  close,
  bind,        ///< to `address`
  connect,     ///< to `address`
  send,        ///< `bytes`, to `to`, with `flags`
  receive,     ///< into `size` bytes, with `flags`
  set_option,  ///< `level`, `option`: `bytes`
  get_option,  ///< `level`, `option`, into `size` bytes
  name,
  peer,
  poll,
  memory,
  read_sysctl,   ///< `text`
  write_sysctl,  ///< `text`: `value`
  hold,          ///< a rule refers to policy `text`
  release,
  set_capable,  ///< `flags` != 0
};

struct Operation {
  Act act = Act::receive;
  std::size_t socket = 0;
  Bytes bytes = {};
  NetlinkAddress address = {};
  std::optional<NetlinkAddress> to = {};
  int flags = 0;
  std::size_t size = 0;
  int level = 0;
  int option = 0;
  std::string text = {};
  std::string value = {};
};

using Operations = std::vector<Operation>;

struct Outcome {
  int error = 0;  ///< errno; the rest is then as it was
  std::size_t number = 0;
  std::size_t more = 0;
  NetlinkAddress address = {};
  std::optional<std::uint32_t> group = {};
  std::optional<Credentials> credentials = {};
  Bytes bytes = {};
  std::string text = {};

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

}  // namespace cttimeout::test
