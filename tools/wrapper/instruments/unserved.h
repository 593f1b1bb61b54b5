// Unserved: counts what programs send to subsystems that the fake does not have, and says so.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "instruments/tap.h"

namespace cttimeout::tools::wrapper {

/// Such messages are refused with EINVAL, as by a kernel without the subsystem; a program seldom
/// tells that from a mistake of its own. In the end one sentence for each program and subsystem.
class Unserved final : public Tap {
 public:
  void sent(const SocketId& socket, const Sent& sent) override;
  void received(const SocketId& /*socket*/, const Received& /*received*/) override {}
  void closed(const SocketId& /*socket*/) override {}
  tl::expected<void, std::string> finish() override;

 private:
  std::map<std::pair<std::string, unsigned>, std::size_t> messages_;  // by program and subsystem
};

}  // namespace cttimeout::tools::wrapper
