// Replies that tests expect, built independently of both the library and the fake.
//
// As in golden files, the outer nlmsg_pid (the receiver's port id) is zero.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/bytes.h"
#include "support/request.h"
#include "support/wire.h"

namespace cttimeout::test {

/// How an ack copies the request, and what follows the copy.
struct AckStyle {
  bool capped = false;  ///< header only
  Bytes tlvs = {};      ///< with EXT_ACK
};

/// NLMSG_ERROR with 0: always capped, plus `tlvs` if there are any.
[[nodiscard]] Bytes success(const Bytes& request, const Bytes& tlvs = {});
/// NLMSG_ERROR with an errno for the first message of `request`.
[[nodiscard]] Bytes failure(const Bytes& request, int error, const AckStyle& style = {});

/// The text and, for an attribute that failed validation, its offset and the rule it broke.
[[nodiscard]] Bytes leftover_tlvs();
[[nodiscard]] Bytes validation_tlvs(std::uint32_t offset, const Bytes& policy);

/// The rule in a POLICY attribute: of each outer attribute that has one.
[[nodiscard]] Bytes rule_of(std::uint16_t attribute_type);

/// NLMSG_DONE of a dump.
[[nodiscard]] Bytes done(std::uint32_t sequence = 1);

/// A policy as GET and dump return it.
struct PolicyReply {
  std::string name;
  std::uint16_t family = ipv4;
  std::uint8_t protocol = 0;
  std::vector<std::uint32_t> timeouts = {};  ///< seconds, by slot from 1
  std::uint32_t users = 1;
};
[[nodiscard]] Bytes policy_message(const PolicyReply& policy, std::uint32_t sequence = 1);

/// The reply to DEFAULT_GET.
[[nodiscard]] Bytes default_message(std::uint16_t family, std::uint8_t protocol,
                                    const std::vector<std::uint32_t>& timeouts,
                                    std::uint32_t sequence = 1);

}  // namespace cttimeout::test
