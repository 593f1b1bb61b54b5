// The running kernel as a machine: each ground is a network namespace of this process.
#include "support/real_ground.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <thread>
#include <vector>

#include "support/ct_rule.h"
#include "support/network_namespace.h"
#include "support/real_socket.h"
#include "support/request.h"
#include "support/sysctl_file.h"

namespace cttimeout::test {
namespace {

std::uint32_t ticks_per_second() {
  timespec tick{};  // this clock advances by one tick
  clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
  return static_cast<std::uint32_t>(1'000'000'000 / tick.tv_nsec);
}

class RealGround final : public Ground {
 public:
  explicit RealGround(NetworkNamespace space)
      : namespace_(std::make_shared<const NetworkNamespace>(std::move(space))) {}
  ~RealGround() override { set_network_capabilities(true); }

  std::unique_ptr<NetlinkSocket> socket() override { return RealSocket::open(namespace_).value(); }

  std::optional<std::string> read_sysctl(std::string_view name) override {
    namespace_->enter();
    std::ifstream file(sysctl_path(name));
    std::string text;
    if (!std::getline(file, text)) return std::nullopt;
    return text;
  }

  SyscallResult<void> write_sysctl(std::string_view name, std::string_view text) override {
    namespace_->enter();
    return write_sysctl_file(name, text);
  }

  bool hold(std::string_view policy) override;
  void release(std::string_view policy) override;
  void set_capable(bool capable) override { set_network_capabilities(capable); }
  std::uint32_t process_id() override { return static_cast<std::uint32_t>(getpid()); }
  std::uint32_t hz() override { return ticks_per_second(); }

 private:
  std::shared_ptr<const NetworkNamespace> namespace_;
  std::vector<std::string> rules_;  // the policy of each, in the order of the chain
};

bool RealGround::hold(std::string_view policy) {
  namespace_->enter();
  const std::optional<PolicyUse> use = policy_use(*socket(), policy);
  if (!use || !append_rule(policy, use->protocol)) return false;
  rules_.emplace_back(policy);
  return true;
}

void RealGround::release(std::string_view policy) {
  using std::chrono_literals::operator""ms;
  namespace_->enter();
  const auto rule = std::ranges::find(rules_, policy);
  if (rule == rules_.end()) return;
  const auto asking = socket();
  const std::optional<PolicyUse> before = policy_use(*asking, policy);
  if (!before || !delete_rule(static_cast<std::size_t>(rule - rules_.begin()) + 1)) return;
  rules_.erase(rule);
  // The kernel may free a deleted rule, and with it the reference, a little later.
  for (int wait = 0; wait < 500; ++wait) {
    const std::optional<PolicyUse> now = policy_use(*asking, policy);
    if (!now || now->users < before->users) return;
    std::this_thread::sleep_for(10ms);
  }
}

bool has_endpoint(NetlinkSocket& socket) {
  const Bytes request = dump_policies();
  Bytes answer(4096);
  if (!socket.send(request, NetlinkAddress{}, 0)) return false;
  const auto received = socket.receive(answer, 0);
  return received && read16(answer, 4) == type_done;
}

}  // namespace

tl::expected<std::unique_ptr<Machine>, std::string> RealMachine::open() {
  if (auto complaint = enter_own_user_namespace()) return tl::unexpected(*complaint);
  auto space = NetworkNamespace::create();
  if (!space) {
    return tl::unexpected("no network namespace: " + std::string(std::strerror(space.error())));
  }
  auto socket = RealSocket::open(std::make_shared<NetworkNamespace>(std::move(*space)));
  if (!socket) {
    return tl::unexpected("no netlink socket: " + std::string(std::strerror(socket.error())));
  }
  if (!has_endpoint(**socket))
    return tl::unexpected(std::string("this kernel has no timeout policies"));
  return std::make_unique<RealMachine>();
}

std::unique_ptr<Ground> RealMachine::new_ground() {
  return std::make_unique<RealGround>(NetworkNamespace::create().value());
}

std::string RealMachine::description() const {
  utsname system{};
  uname(&system);
  const std::string_view release = system.release;
  return "Linux " + std::string(release.substr(0, release.find('-'))) + ' ' + system.machine +
         ", " + std::to_string(ticks_per_second()) + " ticks a second";
}

}  // namespace cttimeout::test
