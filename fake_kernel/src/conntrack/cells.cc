// Cells of one size that stay where they are.
#include "conntrack/cells.h"

#include <sys/mman.h>

#include <cstring>
#include <new>

namespace cttimeout::fake {
namespace {

constexpr std::uintptr_t huge_page = std::uintptr_t{1} << 21U;

/// Fewer entries of the TLB; where the system has no such pages nothing is lost.
void ask_for_huge_pages(std::byte* block, std::size_t size) {
  const auto begin = (reinterpret_cast<std::uintptr_t>(block) + huge_page - 1) & ~(huge_page - 1);
  const auto end = (reinterpret_cast<std::uintptr_t>(block) + size) & ~(huge_page - 1);
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace

std::uint32_t Cells::push() {
  if (size_ == capacity_) add_block();
  std::memset((*this)[size_], 0, cell_size_);
  return size_++;
}

void Cells::add_block() {
  const std::uint64_t cells = capacity_ + first_block;
  const std::size_t bytes = cells * cell_size_;
  auto* block = static_cast<std::byte*>(operator new(bytes, alignment));
  const auto number = static_cast<std::size_t>(std::bit_width(cells)) - 1 - first_bits;
  blocks_.at(number).reset(block);
  ask_for_huge_pages(block, bytes);
  capacity_ += cells;
}

}  // namespace cttimeout::fake
