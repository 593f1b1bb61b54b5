// A dump of nf_tables, and the heads of replies.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "nf_tables/object_messages.h"
#include "nfnetlink/subsystem.h"

namespace cttimeout::fake::nft {

/// Appends one message; its flags and addresses are those of the head.
using ListEntry = std::function<void(MessageBuilder& builder, MessageHead head)>;

/// Of a reply that is no dump.
[[nodiscard]] MessageHead head_of(const ParsedRequest& request, unsigned type,
                                  std::uint32_t generation);

/// Starts the dump of these messages; what they tell is as it was at its start. Returns
/// started_dump or an errno.
[[nodiscard]] int start_list(const ParsedRequest& request, std::uint32_t generation,
                             std::vector<ListEntry> entries);

}  // namespace cttimeout::fake::nft
