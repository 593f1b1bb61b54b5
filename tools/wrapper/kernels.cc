// Kernels: the fake of each network namespace that programs of the tree are in.
#include "kernels.h"

#include <sys/stat.h>

#include <cerrno>

#include "caller/proc.h"

namespace cttimeout::tools::wrapper {

namespace {

std::string command_of(std::uint32_t process_id) {
  return program_name(static_cast<pid_t>(process_id));
}

}  // namespace

Kernels::Kernels(FakeKernel& first, bool capable) : capable_(capable), first_(first) {
  first_.name_processes(command_of);
  struct stat status {};
  if (stat("/proc/self/ns/net", &status) == 0) first_number_ = status.st_ino;
}

SyscallResult<FakeKernel*> Kernels::of(const Caller& caller) {
  auto open = caller.network_namespace();
  if (!open) return tl::unexpected(open.error());
  struct stat status {};
  if (fstat(open->number(), &status) != 0) return tl::unexpected(errno);
  if (status.st_ino == first_number_) return &first_;
  const auto [other, added] =
      others_.try_emplace(status.st_ino, std::move(*open), first_.profile());
  if (added) other->second.kernel.name_processes(command_of);
  return &other->second.kernel;
}

// A caller without any capability is served as if it had this one: that is what the wrapper is for.
// A caller that has it, but not in effect, has given it up on purpose.
void Kernels::attend(FakeKernel& kernel, const Caller& caller) const {
  kernel.set_capable(capable_ && !caller.waives_capability());
}

void Kernels::lose_capability() {
  capable_ = false;
  first_.set_capable(false);
  for (auto& [number, other] : others_) other.kernel.set_capable(false);
}

}  // namespace cttimeout::tools::wrapper
