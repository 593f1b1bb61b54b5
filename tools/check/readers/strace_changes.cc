// The calls that give descriptors, take them away, or change what they stand for.
#include <linux/netlink.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>

#include "check/readers/strace_sockets.h"

namespace cttimeout::tools::check {
namespace {

// Of fcntl(2) and close_range(2), as -X raw prints them.
constexpr unsigned f_dupfd = 0;
constexpr unsigned f_setfd = 2;
constexpr unsigned f_dupfd_cloexec = 1030;
constexpr unsigned close_range_unshare = 2;
constexpr unsigned close_range_cloexec = 4;
constexpr unsigned o_cloexec = SOCK_CLOEXEC;  // the same bit

bool is_either(std::string_view word, std::string_view name, std::uint64_t number) {
  return word == name || parse_number(word) == number;
}

/// Groups that a socket is bound to, "00000001".
bool has_groups(const Value* address) {
  if (address == nullptr || address->kind != Value::Kind::structure) return false;
  for (const std::string_view key : {"nl_groups", "groups"}) {
    const Value* const groups = address->find(key);
    if (groups != nullptr) return groups->word.find_first_not_of("0x") != std::string::npos;
  }
  return false;
}

/// The child that a call returned; with --decode-pids also as strace itself knows it.
ProcessId child_of(const Result& result) {
  const std::size_t comment = result.text.find("/* ");
  if (comment != std::string_view::npos) {
    const std::string_view text = result.text.substr(comment + 3);
    if (const auto number = parse_number(text.substr(0, text.find(' ')))) return *number;
  }
  return result.value > 0 ? static_cast<ProcessId>(result.value) : 0;
}

/// "<socket:[651699]>" behind the number of a new descriptor.
std::string name_behind(const Result& result) {
  const auto descriptor = parse_descriptor("0" + std::string(result.text));
  return descriptor ? descriptor->name : "";
}

/// What stands in the last member of a control message, or in its cmsg_data.
const Value* passed_in(const Value& value) {
  if (value.has("cmsg_type") && value.find("cmsg_type")->word == "SCM_RIGHTS") {
    const Value* const data = value.find("cmsg_data");
    return data != nullptr ? data : &value.items.back();
  }
  for (const Value& item : value.items) {
    if (const Value* const found = passed_in(item)) return found;
  }
  return nullptr;
}

}  // namespace

void StraceSockets::change(ProcessId process, const CallRow& row, const Call& call) {
  const bool failed = !call.result.error.empty();
  if (row.kind == CallKind::fork) {
    const bool shares = std::ranges::any_of(call.arguments, [](const Value& argument) {
      const Value* const inside = argument.find("flags");
      const std::string_view flags = inside == nullptr ? argument.word : inside->word;
      return flags.find("CLONE_FILES") != std::string_view::npos;
    });
    const ProcessId child = failed ? 0 : child_of(call.result);
    if (child != 0) children_.push_back(child);
    return processes_.forked(process, child, shares);
  }
  if (failed) return;
  const auto result = static_cast<DescriptorNumber>(std::max<std::int64_t>(call.result.value, 0));
  switch (row.kind) {
    case CallKind::socket:
      return open_socket(process, call);
    case CallKind::open:
      return processes_.open(process, result, {.socket = std::nullopt});
    case CallKind::close_range:
      return close_range(process, call);
    case CallKind::execute:
      return processes_.execute(process);
    case CallKind::unshare:
      if (has_flag(argument_word(call, 0), "CLONE_FILES", 0x400)) processes_.unshare(process);
      return;
    default:
      break;
  }
  const auto descriptor = parse_descriptor(argument_word(call, 0));
  if (descriptor) change_socket(find(process, *descriptor), row, call);
}

void StraceSockets::open_socket(ProcessId process, const Call& call) {
  const std::string_view domain = argument_word(call, 0);
  const std::string_view protocol = argument_word(call, 2);
  const auto descriptor = static_cast<DescriptorNumber>(call.result.value);
  const bool is_netlink = is_either(domain, "AF_NETLINK", AF_NETLINK) || domain == "PF_NETLINK";
  if (!is_netlink || !is_either(protocol, "NETLINK_NETFILTER", NETLINK_NETFILTER)) {
    return processes_.open(process, descriptor, {.socket = std::nullopt});
  }
  new_socket(process, descriptor, name_behind(call.result),
             has_flag(argument_word(call, 1), "SOCK_CLOEXEC", SOCK_CLOEXEC));
}

void StraceSockets::duplicate(const Target& target, std::uint64_t copy, bool close_on_exec) {
  if (copy == target.descriptor.number) return;
  processes_.open(target.process, copy,
                  {.socket = target.held.socket, .close_on_exec = close_on_exec});
}

void StraceSockets::control(const Target& target, const Call& call) {
  const std::string_view command = argument_word(call, 1);
  const auto result = static_cast<std::uint64_t>(call.result.value);
  if (call.name == "ioctl") {
    const bool is_set = is_either(command, "FIOCLEX", FIOCLEX);
    if (!is_set && !is_either(command, "FIONCLEX", FIONCLEX)) return;
    return processes_.close_at_exec(target.process, target.descriptor.number, is_set);
  }
  if (is_either(command, "F_DUPFD", f_dupfd)) return duplicate(target, result, false);
  if (is_either(command, "F_DUPFD_CLOEXEC", f_dupfd_cloexec)) {
    return duplicate(target, result, true);
  }
  if (is_either(command, "F_SETFD", f_setfd)) {
    processes_.close_at_exec(target.process, target.descriptor.number,
                             has_flag(argument_word(call, 2), "FD_CLOEXEC", 1));
  }
}

void StraceSockets::close_range(ProcessId process, const Call& call) {
  const auto first = parse_number(argument_word(call, 0));
  const auto last = parse_number(argument_word(call, 1));
  const std::string_view flags = argument_word(call, 2);
  if (!first || !last) return;
  if (has_flag(flags, "CLOSE_RANGE_UNSHARE", close_range_unshare)) processes_.unshare(process);
  processes_.close_range(process, *first, *last,
                         has_flag(flags, "CLOSE_RANGE_CLOEXEC", close_range_cloexec));
}

void StraceSockets::change_socket(const Target& target, const CallRow& row, const Call& call) {
  if (row.kind == CallKind::close) {
    return processes_.close(target.process, target.descriptor.number);
  }
  if (row.kind == CallKind::duplicate) {
    return duplicate(target, static_cast<std::uint64_t>(call.result.value),
                     has_flag(argument_word(call, 2), "O_CLOEXEC", o_cloexec));
  }
  if (row.kind == CallKind::control) return control(target, call);
  if (!target.held.socket) return;
  Socket& socket = sockets_[*target.held.socket];
  const Value* const address = call.arguments.size() > 1 ? &call.arguments[1] : nullptr;
  if (row.kind == CallKind::connect) {
    socket.port = Transfer{.address = address}.port().value_or(0);
  } else if (row.kind == CallKind::bind) {
    socket.listens = socket.listens || has_groups(address);
  } else if (is_either(argument_word(call, 2), "NETLINK_ADD_MEMBERSHIP", NETLINK_ADD_MEMBERSHIP)) {
    socket.listens = true;
  }
}

/// One is taken for the other in the order in which they are passed: strace does not tell more.
void StraceSockets::pass_descriptors(ProcessId process, const Call& call, const CallRow& row) {
  if (call.arguments.size() < 2) return;
  const Value* const passed = passed_in(call.arguments[1]);
  if (passed == nullptr) return;
  const bool close_on_exec = has_flag(argument_word(call, 2), "MSG_CMSG_CLOEXEC", 0x40000000);
  for (const Value& item : passed->items) {
    const auto descriptor = parse_descriptor(item.word);
    if (!descriptor) return;
    if (row.kind == CallKind::send) {
      passing_.push_back(find(process, *descriptor).held);
    } else if (!passing_.empty()) {
      processes_.open(process, descriptor->number,
                      {.socket = passing_.front().socket, .close_on_exec = close_on_exec});
      passing_.pop_front();
    }
  }
  close_unused();
}

}  // namespace cttimeout::tools::check
