// The text forms of a policy: a block for people to read, one line for files and back.
//
// They allocate, and std::bad_alloc passes through, as through the to_string() of error.h. Nothing
// else in the library does: Client needs no heap, open_netlink() reports ENOMEM.
#pragma once

#include <string>
#include <string_view>

#include "cttimeout/policy.h"
#include "cttimeout/result.h"

namespace cttimeout {

/// The layout of `nfct get timeout`, indented by tabs, without a newline at the end:
///
///     .test = {
///             .l3proto = 2,
///             .l4proto = 17,
///             .policy = {
///                     .UNREPLIED = 30,
///                     .REPLIED = 120,
///             },
///     };
///
/// Only slots that are set are printed; with none the .policy part is left out. A slot that
/// protocol.h does not know prints as .SLOT_n. The name is written as in to_line(), so that none
/// can forge a line of output.
[[nodiscard]] std::string to_block(const Policy& policy);

/// One line, without a newline: NAME FAMILY PROTOCOL [SLOT SECONDS]...
///
///     test inet tcp syn_sent 100 established 3000
///     "two words\x0a" 7 200 slot_3 5
///
/// NAME stands as it is, or in quotes with \" \\ and \xNN if it is empty or has anything but
/// graphic ASCII or has a quote, a backslash or '#'. FAMILY is inet, inet6 or a number, PROTOCOL a
/// name of protocol.h or a number, SLOT the lower-case name of the slot or slot_n. Only slots that
/// are set are printed. parse_line() gives the same policy back, whatever its values; a name
/// longer than 31 bytes comes back as its first 31.
[[nodiscard]] std::string to_line(const Policy& policy);

/// Reads what to_line() writes, words separated by spaces or tabs.
///
/// Also taken: slot words in any case, `unack` for unacknowledged (nft's word), slot_n for slots
/// that have a name, and timeouts in units, the largest first and each at most once: w d h m s,
/// as in 1h30m. Nothing else is judged: whether the kernel can hold a timeout is for the Client.
/// Errors: Errc::text_malformed; `detail` names the word and what was expected instead.
[[nodiscard]] Result<Policy> parse_line(std::string_view line);

}  // namespace cttimeout
