// strace's numbers in the byte order of the machine whose bytes stand beside them.
#pragma once

#include "check/readers/capture.h"

namespace cttimeout::tools::check {

/// Of a log of strace: headers that it took apart are numbers, which its reader puts down in this
/// machine's order, and what it did not take apart (the inside of DATA, or all) are bytes of the
/// machine that ran. Afterwards all are in `order`. Datagrams that make sense in it are left alone.
void put_in_order(std::vector<Event>& events, std::endian order);

}  // namespace cttimeout::tools::check
