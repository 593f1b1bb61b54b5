// Cells of one size that stay where they are: an array that grows without moving, and without a
// moment in which it is there twice.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace cttimeout::fake {

class Cells {
 public:
  /// `cell_size` in bytes, a multiple of 8.
  explicit Cells(std::size_t cell_size) : cell_size_(cell_size) {}

  [[nodiscard]] std::uint32_t size() const { return size_; }

  /// One cell more, of zeros: its number is the size before. Throws std::bad_alloc.
  std::uint32_t push();

  [[nodiscard]] std::byte* operator[](std::uint32_t number) const {
    const std::uint64_t place = std::uint64_t{number} + first_block;
    const auto block = static_cast<std::size_t>(std::bit_width(place)) - 1;
    return blocks_[block - first_bits].get() + (place - (std::uint64_t{1} << block)) * cell_size_;
  }

 private:
  // Each block is as large as all before it; memory that is not used yet is not resident.
  static constexpr std::size_t first_bits = 6;
  static constexpr std::uint64_t first_block = std::uint64_t{1} << first_bits;
  static constexpr std::align_val_t alignment{64};  // a cache line
  struct Release {
    void operator()(std::byte* block) const { operator delete(block, alignment); }
  };

  void add_block();

  std::size_t cell_size_;
  std::uint32_t size_ = 0;
  std::uint64_t capacity_ = 0;
  std::array<std::unique_ptr<std::byte[], Release>, 33 - first_bits> blocks_;
};

}  // namespace cttimeout::fake
