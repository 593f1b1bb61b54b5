// Numbers of several bytes in place of bytes, as hexdump and od print them by default.
#include "check/readers/words.h"

#include <algorithm>

#include "check/readers/plausible.h"

namespace cttimeout::tools::check {
namespace {

std::vector<std::byte> in_order(const DumpWords& words, std::endian order) {
  std::vector<std::byte> bytes;
  for (const std::uint64_t word : words.words) {
    for (std::size_t at = 0; at < words.size; ++at) {
      const std::size_t place = order == std::endian::little ? at : words.size - 1 - at;
      bytes.push_back(static_cast<std::byte>(word >> (8 * place) & 0xffU));
    }
  }
  return bytes;
}

}  // namespace

std::optional<std::vector<std::byte>> bytes_of(const DumpWords& words, std::size_t size) {
  auto little = in_order(words, std::endian::little);
  auto big = in_order(words, std::endian::big);
  little.resize(size);
  big.resize(size);
  const bool is_little = begins_with_ours(little);
  if (is_little == begins_with_ours(big)) return std::nullopt;
  return is_little ? std::move(little) : std::move(big);
}

bool are_words(const std::vector<std::byte>& bytes, std::size_t digits) {
  const std::size_t size = digits / 2;
  if (size < 2 || bytes.size() % size != 0 || begins_with_ours(bytes)) return false;
  std::vector<std::byte> reversed = bytes;
  for (auto at = reversed.begin(); at != reversed.end(); at += static_cast<std::ptrdiff_t>(size)) {
    std::reverse(at, at + static_cast<std::ptrdiff_t>(size));
  }
  return begins_with_ours(reversed);
}

std::string words_advice(std::size_t size) {
  return "these are words of " + std::to_string(size) +
         " bytes, whose byte order is not known; print bytes with `hexdump -C` or `od -v -tx1`";
}

}  // namespace cttimeout::tools::check
