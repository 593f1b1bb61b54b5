// What strace prints of a program's NETLINK_NETFILTER sockets, line by line.
#include <algorithm>
#include <cerrno>
#include <limits>
#include <map>
#include <utility>

#include "check/readers/capture.h"
#include "check/readers/hex_text.h"
#include "check/readers/lines.h"
#include "check/readers/strace_message.h"
#include "check/readers/strace_value.h"

namespace cttimeout::check {
namespace {

/// A process, or 0 where strace prints none, and a descriptor.
using Descriptor = std::pair<std::uint64_t, std::uint64_t>;

/// Instead of the number of a socket: closed, or something else by this descriptor.
constexpr std::size_t not_ours = std::numeric_limits<std::size_t>::max();

/// "3" or, with -y, "3<socket:[651699]>".
std::optional<std::uint64_t> descriptor_of(std::string_view word) {
  return parse_number(word.substr(0, word.find('<')));
}

const Value* argument(const Call& call, std::size_t index) {
  return index < call.arguments.size() ? &call.arguments[index] : nullptr;
}

std::string_view word(const Value* value) {
  return value == nullptr ? std::string_view() : std::string_view(value->word);
}

bool has_flag(std::string_view flags, std::string_view flag) {
  return flags.find(flag) != std::string_view::npos;
}

/// A message of sendmsg or recvmsg, in the form of sendto's arguments.
struct Buffers {
  const Value* data = nullptr;
  std::size_t size = 0;
  const Value* address = nullptr;
  std::string_view flags;
};

Buffers buffers_of(const Value& header) {
  Buffers result{.address = header.find("msg_name"), .flags = word(header.find("msg_flags"))};
  const Value* const vectors = header.find("msg_iov");
  if (vectors == nullptr) return result;
  for (const Value& vector : vectors->items) {
    if (result.data == nullptr) result.data = vector.find("iov_base");
    result.size += parse_number(word(vector.find("iov_len"))).value_or(0);
  }
  return result;
}

Buffers buffers_of_arguments(const Call& call) {
  return {.data = argument(call, 1),
          .size = parse_number(word(argument(call, 2))).value_or(0),
          .address = argument(call, 4),
          .flags = word(argument(call, 3))};
}

class Reader {
 public:
  ReadResult read(std::string_view text) {
    Lines lines(text);
    while (error_.text.empty() && lines.next()) line(lines.line(), lines.number());
    finish();
    if (!error_.text.empty()) return tl::unexpected(error_);
    if (sockets_ == 0) {
      return tl::unexpected(
          ReadError{.text = "no call of strace opens a NETLINK_NETFILTER socket in it"});
    }
    for (const auto& [descriptor, socket] : open_) {
      if (socket != not_ours) close(socket, lines.number());
    }
    if (zero_padding_) {
      capture_.remarks.emplace_back(
          "strace does not print padding, it is taken for zero; `-e write=all` prints it");
    }
    return std::move(capture_);
  }

 private:
  void fail(std::string text) {
    if (error_.text.empty()) error_ = {.text = std::move(text), .position = number_};
  }

  void line(std::string_view text, std::size_t number) {
    if (trimmed(text).starts_with("| ")) return dump(trimmed(text));
    if (trimmed(text).starts_with("* ")) return;  // "* 56 bytes in buffer 0"
    finish();
    number_ = number;
    const std::uint64_t process = take_process(text);
    if (const auto whole = join(process, text)) {
      const auto call = parse_call(*whole);
      if (call) dispatch(process, *call);
      if (!call && whole->find("nlmsg_len=") != std::string::npos) fail("a call not understood");
    }
  }

  /// Takes the process, the time and what else stands before the name of the call.
  static std::uint64_t take_process(std::string_view& text) {
    text = trimmed(text);
    std::uint64_t process = 0;
    if (text.starts_with("[pid")) {
      process = parse_number(trimmed(text.substr(4, text.find(']') - 4))).value_or(0);
      text.remove_prefix(std::min(text.find(']') + 1, text.size()));
    } else if (const auto number = parse_number(text.substr(0, text.find(' ')))) {
      process = *number;
    }
    while (!text.empty() && !(text.front() >= 'a' && text.front() <= 'z') && text.front() != '<') {
      text.remove_prefix(1);
    }
    return process;
  }

  /// The whole call, once both its halves are there.
  std::optional<std::string> join(std::uint64_t process, std::string_view text) {
    constexpr std::string_view unfinished = "<unfinished ...>";
    constexpr std::string_view resumed = " resumed>";
    if (trimmed(text).ends_with(unfinished)) {
      halves_[process] = trimmed(text).substr(0, trimmed(text).size() - unfinished.size());
      return std::nullopt;
    }
    if (!text.starts_with("<... ")) return std::string(text);
    const std::size_t end = text.find(resumed);
    if (end == std::string_view::npos) return std::nullopt;
    return std::exchange(halves_[process], {}) + std::string(text.substr(end + resumed.size()));
  }

  void dispatch(std::uint64_t process, const Call& call) {
    if (call.name == "socket") return socket(process, call);
    const auto number = descriptor_of(word(argument(call, 0)));
    const auto found = number ? find({process, *number}) : open_.end();
    if (found == open_.end()) return;
    const std::size_t which = found->second;
    if (which == not_ours) return;
    if (call.name == "close") {
      if (call.result < 0) return;
      found->second = not_ours;
      close(which, number_);
    } else if (call.name == "sendto" || call.name == "send" || call.name == "write") {
      sent(which, call.result, buffers_of_arguments(call));
    } else if (call.name == "recvfrom" || call.name == "recv" || call.name == "read") {
      received(which, call, call.result, buffers_of_arguments(call), word(argument(call, 3)));
    } else if (call.name == "sendmsg" && argument(call, 1) != nullptr) {
      sent(which, call.result, buffers_of(*argument(call, 1)));
    } else if (call.name == "recvmsg" && argument(call, 1) != nullptr) {
      received(which, call, call.result, buffers_of(*argument(call, 1)), word(argument(call, 2)));
    } else if (call.name == "sendmmsg" || call.name == "recvmmsg") {
      several(which, call);
    }
  }

  /// Descriptors are inherited: of a process of which this number is not known, another's.
  std::map<Descriptor, std::size_t>::iterator find(Descriptor descriptor) {
    const auto own = open_.find(descriptor);
    if (own != open_.end()) return own;
    return std::find_if(open_.begin(), open_.end(),
                        [&](const auto& entry) { return entry.first.second == descriptor.second; });
  }

  void socket(std::uint64_t process, const Call& call) {
    if (call.result < 0) return;
    const Descriptor descriptor{process, static_cast<std::uint64_t>(call.result)};
    // The number is free again, so that what had it was closed.
    const auto old = open_.find(descriptor);
    if (old != open_.end() && old->second != not_ours) close(old->second, number_);
    const std::string_view protocol = word(argument(call, 2));
    if (word(argument(call, 0)) != "AF_NETLINK" ||
        (protocol != "NETLINK_NETFILTER" && protocol != "12" && protocol != "0xc")) {
      open_[descriptor] = not_ours;
    } else {
      open_[descriptor] = sockets_++;
    }
  }

  void close(std::size_t socket, std::size_t number) {
    capture_.events.push_back({.kind = Event::Kind::closed, .socket = socket, .position = number});
  }

  void several(std::size_t socket, const Call& call) {
    const Value* const messages = argument(call, 1);
    const auto done = static_cast<std::size_t>(std::max<std::int64_t>(call.result, 0));
    if (messages == nullptr || call.result < 0) return;
    for (std::size_t i = 0; i < std::min(done, messages->items.size()); ++i) {
      const Value* const header = messages->items[i].find("msg_hdr");
      const auto size = parse_number(word(messages->items[i].find("msg_len")));
      if (header == nullptr || !size)
        return fail("a " + std::string(call.name) + " not understood");
      finish();
      const auto length = static_cast<std::int64_t>(*size);
      if (call.name == "sendmmsg") {
        sent(socket, length, buffers_of(*header));
      } else {
        received(socket, call, length, buffers_of(*header), word(argument(call, 3)));
      }
    }
  }

  void sent(std::size_t socket, std::int64_t result, const Buffers& buffers) {
    if (result < 0 || buffers.data == nullptr) return;
    const Value* const port =
        buffers.address == nullptr ? nullptr : buffers.address->find("nl_pid");
    auto bytes = datagram_of(*buffers.data, static_cast<std::size_t>(result));
    capture_.events.push_back(
        {.kind = Event::Kind::sent,
         .socket = socket,
         .position = number_,
         .port = static_cast<std::uint32_t>(parse_number(word(port)).value_or(0))});
    last_ = capture_.events.size();
    printed_whole_ = buffers.data->kind == Value::Kind::string;
    if (bytes) {
      capture_.events.back().bytes = *std::move(bytes);
    } else {
      problem_ = bytes.error();
    }
  }

  void received(std::size_t socket, const Call& call, std::int64_t result, const Buffers& buffers,
                std::string_view call_flags) {
    Event event{.kind = Event::Kind::received, .socket = socket, .position = number_};
    event.buffer_size = buffers.size;
    event.peek = has_flag(call_flags, "MSG_PEEK");
    const bool from_message = call.name == "recvmsg" || call.name == "recvmmsg";
    event.truncated = from_message ? has_flag(buffers.flags, "MSG_TRUNC")
                                   : result > 0 && std::cmp_greater(result, buffers.size);
    if (result < 0) {
      event.error = call.error == "ENOBUFS" ? ENOBUFS : EIO;
    } else if (buffers.data != nullptr) {
      event.bytes = headers_of(*buffers.data, static_cast<std::size_t>(result));
    }
    capture_.knows_reads = true;
    capture_.events.push_back(std::move(event));
    last_ = capture_.events.size();
  }

  /// "| 00010  00 00 ...  ascii |" below a call: the bytes themselves, better than anything.
  void dump(std::string_view text) {
    constexpr std::size_t digits_at = 9;
    constexpr std::size_t digits_size = 49;
    if (last_ == 0 || text.size() < digits_at) return;
    Event& event = capture_.events[last_ - 1];
    if (!std::exchange(dumped_, true)) event.bytes.clear();
    const auto bytes = from_hex(text.substr(digits_at, digits_size));
    if (!bytes) return fail("a dump of data that is not understood");
    event.bytes.insert(event.bytes.end(), bytes->begin(), bytes->end());
  }

  /// The call and its dump have been read.
  void finish() {
    const bool is_sent = last_ != 0 && capture_.events[last_ - 1].kind == Event::Kind::sent;
    if (is_sent && !dumped_) {
      if (!problem_.empty()) fail(problem_);
      if (!printed_whole_) zero_padding_ = true;
    }
    last_ = 0;
    dumped_ = false;
    problem_.clear();
  }

  Capture capture_;
  ReadError error_;
  std::map<Descriptor, std::size_t> open_;
  std::map<std::uint64_t, std::string> halves_;
  std::size_t sockets_ = 0;
  std::size_t number_ = 0;
  std::size_t last_ = 0;  ///< the event that a dump would follow, counted from 1
  std::string problem_;   ///< of the last event, if its bytes are not known
  bool printed_whole_ = false;
  bool dumped_ = false;
  bool zero_padding_ = false;
};

}  // namespace

ReadResult read_strace(std::string_view text) {
  return Reader().read(text);
}

}  // namespace cttimeout::check
