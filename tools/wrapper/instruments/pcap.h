// Pcap: a capture of what goes by, for tshark and tcpdump.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "instruments/tap.h"

namespace cttimeout::tools::wrapper {

/// Writes to the file from now on; or why it cannot, as a sentence.
[[nodiscard]] tl::expected<std::unique_ptr<Tap>, std::string> open_pcap(const std::string& path);

}  // namespace cttimeout::tools::wrapper
