// Checksums of packets: that of the internet protocols, and CRC32c.
#include "conntrack/checksum.h"

#include <sys/socket.h>

#include <array>

namespace cttimeout::fake {
namespace {

constexpr std::size_t sctp_checksum_at = 8;
constexpr std::size_t sctp_checksum_end = 12;

constexpr std::array<std::uint32_t, 256> crc32c_table = [] {
  constexpr std::uint32_t reversed_polynomial = 0x82f63b78;
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder >> 1U) ^ ((remainder & 1U) != 0 ? reversed_polynomial : 0);
    }
    table[byte] = remainder;
  }
  return table;
}();

}  // namespace

std::uint16_t internet_checksum(PacketBytes bytes, std::uint32_t initial) {
  std::uint64_t sum = initial;
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) sum += load16(bytes, at);
  if (bytes.size() % 2 != 0) sum += std::uint64_t{load8(bytes, bytes.size() - 1)} << 8U;
  while (sum > 0xffff) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

std::uint32_t pseudo_header(const Tuple& tuple, std::uint8_t protocol, std::size_t length) {
  const std::size_t size = tuple.family == AF_INET ? 4 : 16;
  std::uint32_t sum = protocol + static_cast<std::uint32_t>(length);
  for (const Address* address : {&tuple.source, &tuple.destination}) {
    const auto bytes = std::as_bytes(std::span(address->bytes)).first(size);
    for (std::size_t at = 0; at < size; at += 2) sum += load16(bytes, at);
  }
  return sum;
}

std::uint32_t sctp_checksum(PacketBytes bytes) {
  std::uint32_t remainder = 0xffffffff;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const bool own = at >= sctp_checksum_at && at < sctp_checksum_end;
    const std::uint8_t byte = own ? 0 : load8(bytes, at);
    remainder = (remainder >> 8U) ^ crc32c_table[(remainder ^ byte) & 0xffU];
  }
  const std::uint32_t sum = ~remainder;  // its least byte is sent first
  return sum << 24U | (sum & 0xff00U) << 8U | (sum >> 8U & 0xff00U) | sum >> 24U;
}

}  // namespace cttimeout::fake
