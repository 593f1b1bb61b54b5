// strace's numbers in the byte order of the machine whose bytes stand beside them.
#include "check/readers/strace_order.h"

#include <algorithm>
#include <initializer_list>

#include "check/readers/plausible.h"
#include "netlink/message.h"

namespace cttimeout::tools::check {
namespace {

using Buffer = std::vector<std::byte>;

void swap_fields(Buffer& bytes, std::size_t at, std::initializer_list<std::size_t> sizes) {
  for (const std::size_t size : sizes) {
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    std::reverse(begin, begin + static_cast<std::ptrdiff_t>(size));
    at += size;
  }
}

/// The headers of the outer attributes between two places.
void swap_attributes(Buffer& bytes, std::size_t at, std::size_t end) {
  while (end - at >= NLA_HDRLEN) {
    const std::size_t length = load<std::uint16_t>(bytes, at);
    swap_fields(bytes, at, {2, 2});
    if (length < NLA_HDRLEN || length > end - at) return;
    at = std::min(end, at + align4(length));
  }
}

/// Where a length is wrong the walk ends, as the kernel's does.
void swap_headers(Buffer& bytes) {
  std::size_t at = 0;
  while (bytes.size() - at >= header_size) {
    const std::size_t length = load<std::uint32_t>(bytes, at);
    const bool is_nfnetlink = load<std::uint16_t>(bytes, at + 4) > 0xff;
    swap_fields(bytes, at, {4, 2, 2, 4, 4});
    if (length < header_size || length > bytes.size() - at) return;
    if (is_nfnetlink && length > header_size + nfgen_size) {
      swap_attributes(bytes, at + header_size + nfgen_size, at + length);
    }
    at = std::min(bytes.size(), at + align4(length));
  }
}

}  // namespace

void put_in_order(std::vector<Event>& events, std::endian order) {
  if (order == std::endian::native) return;
  for (Event& event : events) {
    if (!makes_sense(Bytes(event.bytes, order))) swap_headers(event.bytes);
  }
}

}  // namespace cttimeout::tools::check
