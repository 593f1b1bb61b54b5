// Rules that refer to a policy, made by iptables in the calling thread's network namespace.
#include "support/ct_rule.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include "support/request.h"

namespace cttimeout::test {
namespace {

// Attributes of a policy message are never nested on the outside, so a flat walk finds them.
std::size_t find_attribute(View message, std::uint16_t type) {
  std::size_t at = payload_offset;
  while (at + 4 <= message.size() && read16(message, at) >= 4) {
    if (read16(message, at + 2) == type) return at;
    at += aligned(read16(message, at));
  }
  return message.size();
}

// Of a rule whose protocol has no tracker of its own, iptables wants any such protocol number.
std::string protocol_word(std::uint8_t protocol) {
  constexpr std::uint8_t untracked = 253;
  return std::to_string(protocol == generic ? untracked : protocol);
}

// Runs iptables on table raw; false if it failed.
bool iptables(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"iptables", "-t", "raw"});
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const std::array<char*, 1> environment{nullptr};
  pid_t child = 0;
  const int error = posix_spawn(&child, "/usr/sbin/iptables", &actions, nullptr, pointers.data(),
                                environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return false;
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

std::optional<PolicyUse> policy_use(NetlinkSocket& socket, std::string_view policy) {
  const Bytes request = get_policy(policy);
  Bytes answer(4096);
  if (!socket.send(request, NetlinkAddress{}, 0)) return std::nullopt;
  const auto received = socket.receive(answer, 0);
  if (!received || read16(answer, 4) != type_new) return std::nullopt;
  answer.resize(received->copied);
  const std::size_t protocol = find_attribute(answer, attr_protocol) + 4;
  if (protocol >= answer.size()) return std::nullopt;
  return PolicyUse{.family = static_cast<std::uint16_t>(
                       read_big32(answer, find_attribute(answer, attr_family) + 4) >> 16),
                   .protocol = std::to_integer<std::uint8_t>(answer[protocol]),
                   .users = read_big32(answer, find_attribute(answer, attr_users) + 4)};
}

bool append_rule(std::string_view policy, std::uint8_t protocol) {
  return iptables({"-A", "OUTPUT", "-p", protocol_word(protocol), "-j", "CT", "--timeout",
                   std::string(policy)});
}

bool delete_rule(std::size_t number) {
  return iptables({"-D", "OUTPUT", std::to_string(number)});
}

}  // namespace cttimeout::test
