// Accounting: how the kernel under test books receive memory, as far as its build decides that.
#include "accounting.h"

#include "support/request.h"
#include "talker.h"

namespace cttimeout::test {

Accounting::Accounting(Ground& ground) {
  Talker filled(ground);
  filled.shrink_receive_buffer();
  SocketMemory memory;
  while (memory.drops == 0 && memory.used <= smallest_limit) {
    filled.send(get_policy("x"));
    memory = filled.memory();
    if (held_ == 0) small_ = memory.used;
    if (memory.drops == 0) ++held_;
  }
}

}  // namespace cttimeout::test
