// The subsystem nft_compat: which revision of an extension of iptables the kernel has.
#pragma once

#include "nfnetlink/subsystem.h"

namespace cttimeout::fake {

class NftCompat final : public Subsystem {
 public:
  [[nodiscard]] std::optional<Command> find_command(unsigned type) const override;
  int run(unsigned type, const ParsedRequest& request) override;
};

}  // namespace cttimeout::fake
