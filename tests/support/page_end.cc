// Bytes that end where a page begins which nobody may touch: reading beyond them ends the program.
#include "support/page_end.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace cttimeout::test {
namespace {

std::size_t page_size() {
  return static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

PageEnd::PageEnd(std::size_t size) {
  const std::size_t page = page_size();
  const std::size_t length = (size + page - 1) / page * page + page;
  void* pages = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) std::abort();
  pages_ = {static_cast<std::byte*>(pages), length};
  if (mprotect(pages_.last(page).data(), page, PROT_NONE) != 0) std::abort();
}

PageEnd::~PageEnd() {
  munmap(pages_.data(), pages_.size());
}

std::span<std::byte> PageEnd::hold(View bytes) {
  const auto room = pages_.first(pages_.size() - page_size()).last(bytes.size());
  std::ranges::copy(bytes, room.begin());
  return room;
}

}  // namespace cttimeout::test
