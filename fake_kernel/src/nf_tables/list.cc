// A dump of nf_tables, and the heads of replies.

#include "nf_tables/list.h"

#include <algorithm>
#include <memory>

#include "netlink/af_netlink.h"
#include "netlink/dump.h"

namespace cttimeout::fake::nft {

namespace {

class ListDump final : public Dump {
 public:
  ListDump(std::uint32_t generation, std::vector<ListEntry> entries)
      : generation_(generation), entries_(std::move(entries)) {}

  std::size_t fill(std::span<std::byte> part, DumpAddress address) override {
    std::size_t used = 0;
    for (; next_ < entries_.size(); ++next_) {
      MessageBuilder message;
      entries_[next_](message, {.type = 0,
                                .flags = NLM_F_MULTI,
                                .sequence = address.sequence,
                                .port_id = address.port_id,
                                .generation = generation_});
      if (message.size() > part.size() - used) break;
      std::ranges::copy(message.bytes(), part.begin() + static_cast<std::ptrdiff_t>(used));
      used += message.size();
    }
    return used;
  }

 private:
  std::uint32_t generation_;
  std::vector<ListEntry> entries_;
  std::size_t next_ = 0;
};

}  // namespace

MessageHead head_of(const ParsedRequest& request, unsigned type, std::uint32_t generation) {
  return {.type = type,
          .sequence = request.header().nlmsg_seq,
          .port_id = request.socket.name().port_id,
          .generation = generation};
}

int start_list(const ParsedRequest& request, std::uint32_t generation,
               std::vector<ListEntry> entries) {
  const int error = request.socket.start_dump(
      std::make_unique<ListDump>(generation, std::move(entries)), request.header().nlmsg_seq);
  return error == 0 ? Subsystem::started_dump : error;
}

}  // namespace cttimeout::fake::nft
