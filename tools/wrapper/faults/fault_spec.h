// The faults that can be asked for on the command line, as text and back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "cttimeout/faults.h"

namespace cttimeout::tools::wrapper {

/// One fault. The nth of its kind is counted from 1 over all programs of the tree.
struct FaultSpec {
  enum class Kind : std::uint8_t {
    call,        ///< `planned`, into a send or a receive
    allocation,  ///< the kernel cannot have the memory that it asks for
    capability,  ///< CAP_NET_ADMIN is lost before a send
  };

  Kind kind = Kind::call;
  PlannedFault planned;  ///< of the other kinds only `nth`
};

using FaultSpecs = std::vector<FaultSpec>;

/// "send:enobufs@3", "receive:truncated=20@1", "allocation@7".
[[nodiscard]] std::string to_text(const FaultSpec& spec);

/// Reads such texts, with commas between them, as to_text() writes them; or says what is wrong.
/// A fault of a receive need not name the call: "enobufs@3".
[[nodiscard]] tl::expected<FaultSpecs, std::string> parse_faults(std::string_view text);

/// What there is to ask for.
[[nodiscard]] std::string fault_kinds();

}  // namespace cttimeout::tools::wrapper
