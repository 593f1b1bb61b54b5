// The wire: a veth pair between two namespaces that takes every packet across.
#pragma once

#include <optional>
#include <string>

#include "end.h"

namespace cttimeout::packets {

/// The interface at either end.
inline constexpr const char* interface_name = "wire";

/// Lays the wire, with default routes of both families at both ends. The calling thread is in the
/// near namespace afterwards. Returns what was refused, if so.
[[nodiscard]] std::optional<std::string> lay_wire(const End& near, const End& far);

}  // namespace cttimeout::packets
