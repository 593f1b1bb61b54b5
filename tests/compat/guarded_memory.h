// Memory that ends at a page nobody may touch, and memory that runs out, in place of malloc's.
#pragma once

#include <cstddef>

namespace cttimeout::test {

/// From now on memory is guarded: the first byte behind an allocation raises SIGSEGV. Alignment is
/// that of the size, at most 16. What is freed is never used again.
void guard_memory();

/// From now on, allocations fail after `count` more.
void fail_allocations_after(std::size_t count);

/// How many allocations there were since.
[[nodiscard]] std::size_t allocations();

}  // namespace cttimeout::test
