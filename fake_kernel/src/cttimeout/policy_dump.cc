// A dump of all policies (ctnl_timeout_dump).

#include "cttimeout/policy_dump.h"

#include "cttimeout/policy_message.h"

namespace cttimeout::fake {

std::size_t PolicyDump::fill(std::span<std::byte> part, DumpAddress address) {
  if (at_end_ || (resume_ && !resume_->listed)) return 0;
  std::size_t used = 0;
  for (const Policy* at = resume_ ? resume_.get() : table_.first(); at != nullptr; at = at->next) {
    const PolicyMessage message(*at, hz_);
    if (message.size() > part.size() - used) {
      resume_ = table_.share(at->name);
      return used;
    }
    ReplyWriter writer(part.data() + used);
    message.write(writer, address.sequence, address.port_id);
    used += message.size();
  }
  at_end_ = true;
  return used;
}

}  // namespace cttimeout::fake
