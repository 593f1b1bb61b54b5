// Memory that ends at a page nobody may touch, and memory that runs out, in place of malloc's.
//
// The program's own malloc, calloc and free: what it loads finds these first.
#include "guarded_memory.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <limits>

extern "C" {
void* __libc_malloc(std::size_t size);                     // NOLINT: glibc's names for its own
void* __libc_calloc(std::size_t count, std::size_t size);  // NOLINT
void __libc_free(void* memory);                            // NOLINT
}

namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t arena_size = std::size_t{1} << 26U;

bool guarding = false;
std::byte* arena = nullptr;
std::size_t used = 0;
std::size_t count = 0;
std::size_t limit = std::numeric_limits<std::size_t>::max();

/// Zeroed, at the end of pages that are followed by an inaccessible one. Never handed out twice.
void* allocate(std::size_t size) {
  const std::size_t room = (size + 3) & ~std::size_t{3};
  const std::size_t pages = (room + page - 1) / page * page;
  if (count++ >= limit || arena_size - used < pages + page) {
    errno = ENOMEM;
    return nullptr;
  }
  std::byte* start = arena + used;
  used += pages + page;
  if (mprotect(start, pages, PROT_READ | PROT_WRITE) != 0) return nullptr;
  return start + pages - room;
}

}  // namespace

void* malloc(std::size_t size) noexcept {
  return guarding ? allocate(size) : __libc_malloc(size);
}

void* calloc(std::size_t number, std::size_t size) noexcept {
  return guarding ? allocate(number * size) : __libc_calloc(number, size);
}

void free(void* memory) noexcept {
  const auto* at = static_cast<std::byte*>(memory);
  if (at < arena || at >= arena + arena_size) __libc_free(memory);
}

namespace cttimeout::test {

void guard_memory() {
  void* reserved =
      mmap(nullptr, arena_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) std::abort();
  arena = static_cast<std::byte*>(reserved);
  guarding = true;
}

void fail_allocations_after(std::size_t more) {
  count = 0;
  limit = more;
}

std::size_t allocations() {
  return count;
}

}  // namespace cttimeout::test
