// Kernels: the fake of each network namespace that programs of the tree are in.
#pragma once

#include <sys/types.h>

#include <map>

#include "caller/caller.h"
#include "cttimeout/fake_kernel.h"

namespace cttimeout::tools::wrapper {

class Kernels {
 public:
  /// `first` is that of the namespace that the tree starts in, and outlives this; the others are as
  /// it was made, with its profile. Unless `capable`, no caller has CAP_NET_ADMIN in any of them.
  Kernels(FakeKernel& first, bool capable);

  [[nodiscard]] FakeKernel& first() { return first_; }

  /// The kernel of the namespace that the caller is in.
  [[nodiscard]] SyscallResult<FakeKernel*> of(const Caller& caller);
  /// From now on the kernel serves this caller, which may have CAP_NET_ADMIN there.
  void attend(FakeKernel& kernel, const Caller& caller) const;
  /// No caller has CAP_NET_ADMIN any more, in any of them.
  void lose_capability();

 private:
  struct Other {
    Other(Descriptor open, const KernelProfile& profile) : open(std::move(open)), kernel(profile) {}

    Descriptor open;  // keeps the namespace, so that none made later can have its number
    FakeKernel kernel;
  };

  bool capable_;
  FakeKernel& first_;
  ino_t first_number_ = 0;
  std::map<ino_t, Other> others_;
};

}  // namespace cttimeout::tools::wrapper
