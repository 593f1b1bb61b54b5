// Children: other processes that use sockets while a storm goes on, of every kind there is.
#pragma once

#include <cstdint>

#include "verdict.h"

namespace cttimeout::test {

constexpr unsigned kinds_of_children = 6;

/// Starts one of that kind, and waits for it. `socket` is one that it may inherit. Its policies
/// are gone when it has ended well.
void run_child(unsigned kind, int socket, std::uint64_t seed, Verdict& verdict, Figures& figures);

}  // namespace cttimeout::test
