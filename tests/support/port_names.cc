// Port ids in golden files: those that differ between runs, by name.
#include "support/port_names.h"

#include <algorithm>
#include <cstring>

#include "support/bytes.h"
#include "support/golden_text.h"
#include "support/wire.h"

namespace cttimeout::test {

void PortNames::learn(const std::string& label, std::uint32_t port_id) {
  const auto process = ports_.find("<pid>");
  if (process != ports_.end() && process->second == port_id) return;
  // A socket that had the number before is closed.
  std::erase_if(ports_, [&](const auto& entry) { return entry.second == port_id; });
  ports_.insert_or_assign('<' + label + '>', port_id);
}

std::string PortNames::text(std::uint32_t port_id) const {
  const auto named =
      std::ranges::find_if(ports_, [&](const auto& entry) { return entry.second == port_id; });
  return named != ports_.end() ? named->first : std::to_string(port_id);
}

std::string PortNames::text(NetlinkAddress address) const {
  return text(address.port_id) + ':' + std::to_string(address.groups);
}

std::optional<std::uint32_t> PortNames::port(std::string_view text) const {
  const auto named = ports_.find(text);
  return named != ports_.end() ? named->second : number_of<std::uint32_t>(text);
}

std::optional<NetlinkAddress> PortNames::address(std::string_view text) const {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto port_id = port(text.substr(0, colon));
  const auto groups = number_of<std::uint32_t>(text.substr(std::min(colon + 1, text.size())));
  if (!port_id || !groups) return std::nullopt;
  return NetlinkAddress{*port_id, *groups};
}

std::string socket_label(std::size_t index) {
  std::string label(1, static_cast<char>('A' + index % 26));
  return index < 26 ? label : label + std::to_string(index / 26);
}

void replace_port(std::span<std::byte> datagram, std::uint32_t from, std::uint32_t to) {
  constexpr std::size_t port_offset = 12;
  const Bytes old = host32(from);
  const Bytes replacement = host32(to);
  std::size_t at = 0;
  while (at + port_offset < datagram.size()) {
    const auto field = datagram.subspan(
        at + port_offset, std::min<std::size_t>(4, datagram.size() - at - port_offset));
    if (std::memcmp(field.data(), old.data(), field.size()) == 0) {
      std::memcpy(field.data(), replacement.data(), field.size());
    }
    const std::uint32_t length = read32(datagram, at);
    if (length < header_size) return;
    at += aligned(length);
  }
}

}  // namespace cttimeout::test
