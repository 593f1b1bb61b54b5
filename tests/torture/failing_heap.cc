// The process's heap, whose allocations can be counted and failed: operator new of this program.
#include "torture/failing_heap.h"

#include <cstdlib>
#include <new>

namespace {

thread_local bool counting = false;
thread_local std::uint64_t count = 0;
thread_local std::uint64_t failing = 0;

void* allocate(std::size_t size) noexcept {
  if (counting && ++count == failing) return nullptr;
  return std::malloc(size == 0 ? 1 : size);
}

void* allocate_or_throw(std::size_t size) {
  void* memory = allocate(size);
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
