// Accounting: how the kernel under test books receive memory, as far as its build decides that.
#include "accounting.h"

#include "support/request.h"
#include "talker.h"

namespace cttimeout::test {

Accounting::Accounting(Ground& ground) {
  Talker filled(ground);
  filled.shrink_receive_buffer();
  while (held_ < most_held) {
    filled.send(get_policy("x"));
    const SocketMemory memory = filled.memory();
    if (held_ == 0) small_ = memory.used;
    if (memory.drops > 0) return;
    ++held_;
  }
}

}  // namespace cttimeout::test
