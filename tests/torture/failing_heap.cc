// The process's heap, whose allocations can be counted and failed: operator new of this program.
#include "torture/failing_heap.h"

#include <cstdlib>
#include <new>

namespace {

thread_local bool counting = false;
thread_local std::uint64_t count = 0;
thread_local std::uint64_t failing = 0;

/// `alignment`: of objects that need more than others; 0 for those.
void* allocate(std::size_t size, std::size_t alignment = 0) noexcept {
  if (counting && ++count == failing) return nullptr;
  if (alignment == 0) return std::malloc(size == 0 ? 1 : size);
  return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void* allocate_or_throw(std::size_t size, std::size_t alignment = 0) {
  void* memory = allocate(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

namespace cttimeout::test {

FailingHeap::FailingHeap(std::uint64_t nth) {
  count = 0;
  failing = nth;
  counting = true;
}

FailingHeap::~FailingHeap() {
  counting = false;
}

std::uint64_t FailingHeap::allocations() const {
  return count;
}

FailingHeap::Pause::Pause() : counting_(counting) {
  counting = false;
}

FailingHeap::Pause::~Pause() {
  counting = counting_;
}

}  // namespace cttimeout::test

void* operator new(std::size_t size) {
  return allocate_or_throw(size);
}
void* operator new[](std::size_t size) {
  return allocate_or_throw(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
