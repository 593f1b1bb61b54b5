// What strace calls the numbers in a netlink message.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cttimeout::tools::check {

/// "NFNL_SUBSYS_CTNETLINK_TIMEOUT<<8|IPCTNL_MSG_TIMEOUT_NEW", "NLM_F_REQUEST|0x400", "0x8<<8|0";
/// nullopt if a name in it is not known.
[[nodiscard]] std::optional<std::uint32_t> evaluate_symbols(std::string_view text);

}  // namespace cttimeout::tools::check
