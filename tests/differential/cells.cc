// Cells: which commands met which state of their subject and ended in which errno.

#include "cells.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "message_view.h"

namespace cttimeout::test {

namespace {

constexpr std::array<std::string_view, 5> command_names{"NEW", "GET", "DELETE", "DEFAULT_SET",
                                                        "DEFAULT_GET"};
constexpr std::array<std::string_view, 6> subject_names{"none", "free",    "taken",
                                                        "held", "tracked", "untracked"};

/// Every cell that the rules of the commands allow.
constexpr auto reachable = std::to_array<std::string_view>({
    "NEW none EINVAL",
    "NEW none ERANGE",
    "NEW none EPERM",
    "NEW free 0",
    "NEW free EINVAL",
    "NEW free ERANGE",
    "NEW free EOPNOTSUPP",
    "NEW free EPERM",
    "NEW taken 0",
    "NEW taken EBUSY",
    "NEW taken EEXIST",
    "NEW taken EINVAL",
    "NEW taken ERANGE",
    "NEW taken EPERM",
    "NEW held 0",
    "NEW held EBUSY",
    "NEW held EEXIST",
    "NEW held EINVAL",
    "NEW held ERANGE",
    "NEW held EPERM",
    "GET none EINVAL",
    "GET none ERANGE",
    "GET none EPERM",
    "GET free ENOENT",
    "GET free ERANGE",
    "GET free EPERM",
    "GET taken 0",
    "GET taken ERANGE",
    "GET taken EPERM",
    "GET held 0",
    "GET held ERANGE",
    "GET held EPERM",
    "DELETE none 0",
    "DELETE none EINVAL",
    "DELETE none ERANGE",
    "DELETE none EPERM",
    "DELETE free ENOENT",
    "DELETE free ERANGE",
    "DELETE free EPERM",
    "DELETE taken 0",
    "DELETE taken ERANGE",
    "DELETE taken EPERM",
    "DELETE held EBUSY",
    "DELETE held ERANGE",
    "DELETE held EPERM",
    "DUMP none 0",
    "DUMP none EBUSY",
    "DUMP none EPERM",
    "DEFAULT_SET none EINVAL",
    "DEFAULT_SET none ERANGE",
    "DEFAULT_SET none EPERM",
    "DEFAULT_SET tracked 0",
    "DEFAULT_SET tracked EINVAL",
    "DEFAULT_SET tracked ERANGE",
    "DEFAULT_SET tracked EPERM",
    "DEFAULT_SET untracked EINVAL",
    "DEFAULT_SET untracked ERANGE",
    "DEFAULT_SET untracked EOPNOTSUPP",
    "DEFAULT_SET untracked EPERM",
    "DEFAULT_GET none EINVAL",
    "DEFAULT_GET none ERANGE",
    "DEFAULT_GET none EPERM",
    "DEFAULT_GET tracked 0",
    "DEFAULT_GET tracked EINVAL",
    "DEFAULT_GET tracked ERANGE",
    "DEFAULT_GET tracked EPERM",
    "DEFAULT_GET untracked EINVAL",
    "DEFAULT_GET untracked ERANGE",
    "DEFAULT_GET untracked EOPNOTSUPP",
    "DEFAULT_GET untracked EPERM",
});

bool is_command(std::uint16_t type) {
  return type >= type_new && type <= type_default_get;
}

std::string name_of_errno(int error) {
  return error == 0 ? "0" : std::string(strerrorname_np(error));
}

/// A payload that the kernel takes as a name.
std::optional<std::string> valid_name(View payload) {
  const auto nul =
      std::ranges::find(payload.first(std::min<std::size_t>(payload.size(), 32)), std::byte{0});
  const auto size = static_cast<std::size_t>(nul - payload.begin());
  if (size == std::min<std::size_t>(payload.size(), 32)) return std::nullopt;
  if (payload.size() - (payload.back() == std::byte{0} ? 1 : 0) > 31) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(payload.data()), size);
}

}  // namespace

About about(View request) {
  About about;
  const bool of_defaults = type_of(request) >= type_default_set;
  for_each_attribute(request, [&](std::uint16_t flagged_type, View payload) {
    const unsigned type = flagged_type & 0x3fffU;
    if (type == attr_name && !of_defaults) about.name = valid_name(payload);
    if (type == attr_protocol && of_defaults && !payload.empty()) {
      about.protocol = static_cast<std::uint8_t>(payload[0]);
    }
  });
  return about;
}

void Cells::sent(View request, Subject subject) {
  const std::uint16_t type = type_of(request);
  const bool one_message = sane(request) && length_of(request) >= payload_offset &&
                           aligned(length_of(request)) >= request.size();
  if (!one_message || !is_command(type) || (flags_of(request) & flag_request) == 0) return;
  // Damage may hit the sequence number: count only those that go on from the last one.
  const std::uint32_t sequence = read32(request, 8);
  if (sequence - last_sequence_ - 1 >= 1000) return;
  last_sequence_ = sequence;
  const bool dump = type == type_get && (flags_of(request) & flag_dump) != 0;
  sent_[sequence] = {.command = std::string(dump ? "DUMP" : command_names[type - type_new]),
                     .subject = dump ? Subject::none : subject};
}

void Cells::received(View datagram) {
  for (std::size_t at = 0; at + payload_offset <= datagram.size();) {
    const auto request = sent_.find(read32(datagram, at + 8));
    if (request != sent_.end()) {
      const int error = std::max(error_of(datagram.subspan(at)), 0);  // data is success
      const auto subject = subject_names[static_cast<std::size_t>(request->second.subject)];
      ++visits_[request->second.command + ' ' + std::string(subject) + ' ' + name_of_errno(error)];
    }
    const std::size_t length = read32(datagram, at);
    if (length < header_size) return;
    at += aligned(length);
  }
}

void Cells::print(std::ostream& out) const {
  for (const auto& [cell, visits] : visits_) out << "  " << visits << "\t" << cell << '\n';
}

std::vector<std::string> Cells::missing() const {
  std::vector<std::string> missing;
  for (const std::string_view cell : reachable) {
    if (!visits_.contains(std::string(cell))) missing.emplace_back(cell);
  }
  return missing;
}

}  // namespace cttimeout::test
