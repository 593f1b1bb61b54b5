// Changes of inputs that know their structure: valid messages with targeted damage.
//
// Each is what LLVMFuzzerCustomMutator does for one form of input. Most changes keep lengths true,
// so that the decoders are reached behind the framing; some leave them wrong on purpose, and some
// are the engine's own, which know nothing of netlink.
#pragma once

#include <cstddef>
#include <cstdint>

#include "support/bytes.h"
#include "support/random.h"

namespace cttimeout::test {

/// Where new messages come from.
using Draw = Bytes (*)(Random& random);

/// Input: one netlink datagram.
[[nodiscard]] std::size_t mutate_message(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                         unsigned seed, Draw draw);

/// Input: records (records.h) behind `head` bytes; those of some kinds hold a datagram.
[[nodiscard]] std::size_t mutate_records(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                         unsigned seed, std::size_t head, Draw draw);

}  // namespace cttimeout::test
