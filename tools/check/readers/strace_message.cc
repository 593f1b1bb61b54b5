// Netlink messages that strace has taken apart, put together again.
#include "check/readers/strace_message.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "check/bytes.h"
#include "check/message.h"
#include "check/readers/lines.h"

namespace cttimeout::check {
namespace {

using Buffer = std::vector<std::byte>;

struct Symbol {
  std::string_view name;
  std::uint32_t value;
};

constexpr std::array symbols{
    Symbol{"NLM_F_REQUEST", NLM_F_REQUEST},
    Symbol{"NLM_F_MULTI", NLM_F_MULTI},
    Symbol{"NLM_F_ACK", NLM_F_ACK},
    Symbol{"NLM_F_ECHO", NLM_F_ECHO},
    Symbol{"NLM_F_DUMP_INTR", NLM_F_DUMP_INTR},
    Symbol{"NLM_F_DUMP_FILTERED", NLM_F_DUMP_FILTERED},
    Symbol{"NLM_F_DUMP", NLM_F_DUMP},
    Symbol{"NLM_F_ROOT", NLM_F_ROOT},
    Symbol{"NLM_F_MATCH", NLM_F_MATCH},
    Symbol{"NLM_F_ATOMIC", NLM_F_ATOMIC},
    Symbol{"NLM_F_REPLACE", NLM_F_REPLACE},
    Symbol{"NLM_F_EXCL", NLM_F_EXCL},
    Symbol{"NLM_F_CREATE", NLM_F_CREATE},
    Symbol{"NLM_F_APPEND", NLM_F_APPEND},
    Symbol{"NLM_F_NONREC", NLM_F_NONREC},
    Symbol{"NLM_F_BULK", 0x200},
    Symbol{"NLM_F_CAPPED", NLM_F_CAPPED},
    Symbol{"NLM_F_ACK_TLVS", NLM_F_ACK_TLVS},
    Symbol{"NLMSG_NOOP", NLMSG_NOOP},
    Symbol{"NLMSG_ERROR", NLMSG_ERROR},
    Symbol{"NLMSG_DONE", NLMSG_DONE},
    Symbol{"NLMSG_OVERRUN", NLMSG_OVERRUN},
    Symbol{"NFNL_MSG_BATCH_BEGIN", NFNL_MSG_BATCH_BEGIN},
    Symbol{"NFNL_MSG_BATCH_END", NFNL_MSG_BATCH_END},
    Symbol{"NFNL_SUBSYS_NONE", NFNL_SUBSYS_NONE},
    Symbol{"NFNL_SUBSYS_CTNETLINK", NFNL_SUBSYS_CTNETLINK},
    Symbol{"NFNL_SUBSYS_CTNETLINK_EXP", NFNL_SUBSYS_CTNETLINK_EXP},
    Symbol{"NFNL_SUBSYS_QUEUE", NFNL_SUBSYS_QUEUE},
    Symbol{"NFNL_SUBSYS_ULOG", NFNL_SUBSYS_ULOG},
    Symbol{"NFNL_SUBSYS_OSF", NFNL_SUBSYS_OSF},
    Symbol{"NFNL_SUBSYS_IPSET", NFNL_SUBSYS_IPSET},
    Symbol{"NFNL_SUBSYS_ACCT", NFNL_SUBSYS_ACCT},
    Symbol{"NFNL_SUBSYS_CTNETLINK_TIMEOUT", NFNL_SUBSYS_CTNETLINK_TIMEOUT},
    Symbol{"NFNL_SUBSYS_CTHELPER", NFNL_SUBSYS_CTHELPER},
    Symbol{"NFNL_SUBSYS_NFTABLES", NFNL_SUBSYS_NFTABLES},
    Symbol{"NFNL_SUBSYS_NFT_COMPAT", NFNL_SUBSYS_NFT_COMPAT},
    Symbol{"NFNL_SUBSYS_HOOK", 12},
    Symbol{"IPCTNL_MSG_TIMEOUT_NEW", IPCTNL_MSG_TIMEOUT_NEW},
    Symbol{"IPCTNL_MSG_TIMEOUT_GET", IPCTNL_MSG_TIMEOUT_GET},
    Symbol{"IPCTNL_MSG_TIMEOUT_DELETE", IPCTNL_MSG_TIMEOUT_DELETE},
    Symbol{"IPCTNL_MSG_TIMEOUT_DEFAULT_SET", IPCTNL_MSG_TIMEOUT_DEFAULT_SET},
    Symbol{"IPCTNL_MSG_TIMEOUT_DEFAULT_GET", IPCTNL_MSG_TIMEOUT_DEFAULT_GET},
    Symbol{"NLA_F_NESTED", NLA_F_NESTED},
    Symbol{"NLA_F_NET_BYTEORDER", NLA_F_NET_BYTEORDER},
    Symbol{"NFNETLINK_V0", NFNETLINK_V0},
    Symbol{"AF_UNSPEC", AF_UNSPEC},
    Symbol{"AF_INET", AF_INET},
    Symbol{"AF_INET6", AF_INET6},
    Symbol{"AF_BRIDGE", AF_BRIDGE},
};

/// Far more than a socket takes; no claim of a trace makes us reserve more.
constexpr std::size_t largest_message = 1U << 20U;

/// A command of another subsystem: only that it is one matters.
constexpr std::uint32_t unknown_command = 0xff;

std::optional<std::uint32_t> atom(std::string_view text) {
  const auto* found = std::ranges::find(symbols, text, &Symbol::name);
  if (found != symbols.end()) return found->value;
  const auto number = parse_number(text);
  if (number) return static_cast<std::uint32_t>(*number);
  return text.find("_MSG_") == std::string_view::npos ? std::nullopt
                                                      : std::optional(unknown_command);
}

/// "A<<8|B|0x4"
std::optional<std::uint32_t> evaluate(std::string_view text) {
  std::uint32_t value = 0;
  while (!text.empty()) {
    const std::string_view term = text.substr(0, text.find('|'));
    text.remove_prefix(std::min(term.size() + 1, text.size()));
    const std::size_t shift = term.find("<<8");
    const auto number = atom(trimmed(term.substr(0, shift)));
    if (!number) return std::nullopt;
    value |= shift == std::string_view::npos ? *number : *number << 8U;
  }
  return value;
}

template <class Number>
void append(Buffer& buffer, Number value) {
  const auto* const begin = reinterpret_cast<const std::byte*>(&value);
  buffer.insert(buffer.end(), begin, begin + sizeof value);
}

/// Puts messages together; the first thing that it does not understand is remembered.
class Writer {
 public:
  void datagram(const Value& value) {
    if (value.kind == Value::Kind::string) return raw(value);
    if (value.kind != Value::Kind::list || value.items.empty()) return fail("no message");
    if (value.items.front().has("nlmsg_len")) return message(value);
    for (const Value& item : value.items) {
      align();
      if (item.kind == Value::Kind::list) message(item);
      if (item.kind == Value::Kind::string) raw(item);
    }
  }

  [[nodiscard]] const std::string& problem() const { return problem_; }
  /// Where what was printed ends; what follows fills up to nlmsg_len.
  [[nodiscard]] std::size_t printed() const { return printed_; }
  [[nodiscard]] Buffer take() { return std::move(buffer_); }

 private:
  void fail(std::string text) {
    if (problem_.empty()) problem_ = std::move(text);
  }

  void align() { buffer_.resize(align4(buffer_.size())); }

  void raw(const Value& value) {
    buffer_.insert(buffer_.end(), value.bytes.begin(), value.bytes.end());
    printed_ = buffer_.size();
  }

  std::uint32_t member(const Value& structure, std::string_view key) {
    const Value* const value = structure.find(key);
    const auto number = value == nullptr ? std::nullopt : evaluate(value->word);
    if (!number) fail("no " + std::string(key) + " that is understood");
    return number.value_or(0);
  }

  void message(const Value& list) {
    const std::size_t begin = buffer_.size();
    if (list.items.empty()) return fail("an empty message");
    const Value& header = list.items.front();
    const std::uint32_t length = member(header, "nlmsg_len");
    const auto type = static_cast<std::uint16_t>(member(header, "nlmsg_type"));
    append(buffer_, length);
    append(buffer_, type);
    append(buffer_, static_cast<std::uint16_t>(member(header, "nlmsg_flags")));
    append(buffer_, member(header, "nlmsg_seq"));
    append(buffer_, member(header, "nlmsg_pid"));
    const bool other = type > 0xff && type >> 8U != NFNL_SUBSYS_CTNETLINK_TIMEOUT;
    for (auto item = list.items.begin() + 1; !other && item != list.items.end(); ++item)
      part(*item);
    printed_ = buffer_.size();
    const std::size_t end = begin + std::min<std::size_t>(length, largest_message);
    buffer_.resize(std::max(buffer_.size(), end));
  }

  /// What may follow a header: an nfgenmsg, attributes, or bytes.
  void part(const Value& value) {
    if (value.has("nfgen_family")) return nfgen(value);
    if (value.kind == Value::Kind::string) return raw(value);
    if (value.kind == Value::Kind::list) return attributes(value);
    fail("a payload that is not understood");
  }

  void nfgen(const Value& value) {
    append(buffer_, static_cast<std::uint8_t>(member(value, "nfgen_family")));
    append(buffer_, static_cast<std::uint8_t>(member(value, "version")));
    const Value* const resource = value.find("res_id");
    std::string_view word = resource == nullptr ? "" : std::string_view(resource->word);
    if (!word.starts_with("htons(") || !word.ends_with(')')) return fail("a res_id not understood");
    word = word.substr(6, word.size() - 7);
    const auto number = static_cast<std::uint16_t>(evaluate(word).value_or(0));
    append(buffer_, std::endian::native == std::endian::big ? number : swapped(number));
  }

  void attributes(const Value& list) {
    if (list.items.empty()) return;
    if (list.items.front().has("nla_len")) return attribute(list);
    for (const Value& item : list.items) {
      align();
      if (item.kind == Value::Kind::list) attribute(item);
      if (item.kind == Value::Kind::string) raw(item);
    }
  }

  void attribute(const Value& list) {
    if (list.items.empty()) return;
    const Value& header = list.items.front();
    append(buffer_, static_cast<std::uint16_t>(member(header, "nla_len")));
    append(buffer_, static_cast<std::uint16_t>(member(header, "nla_type")));
    for (auto item = list.items.begin() + 1; item != list.items.end(); ++item) part(*item);
  }

  Buffer buffer_;
  std::size_t printed_ = 0;
  std::string problem_;
};

void append_header(const Value& message, Buffer& buffer) {
  if (message.kind != Value::Kind::list || message.items.empty()) return;
  const Value& header = message.items.front();
  const auto member = [&](std::string_view key) {
    const Value* const value = header.find(key);
    return value == nullptr ? 0U : evaluate(value->word).value_or(0);
  };
  const std::size_t begin = buffer.size();
  append(buffer, member("nlmsg_len"));
  append(buffer, static_cast<std::uint16_t>(member("nlmsg_type")));
  append(buffer, static_cast<std::uint16_t>(member("nlmsg_flags")));
  append(buffer, member("nlmsg_seq"));
  append(buffer, member("nlmsg_pid"));
  const std::size_t end =
      align4(begin + std::min<std::size_t>(member("nlmsg_len"), largest_message));
  buffer.resize(std::max(buffer.size(), end));
}

}  // namespace

tl::expected<std::vector<std::byte>, std::string> datagram_of(const Value& value,
                                                              std::size_t size) {
  if (size > largest_message) return tl::unexpected<std::string>("a datagram of more than 1 MiB");
  if (value.is_cut())
    return tl::unexpected<std::string>("data was cut; record it with `strace -s 65536`");
  Writer writer;
  writer.datagram(value);
  if (!writer.problem().empty()) return tl::unexpected(writer.problem());
  if (writer.printed() > size) {
    return tl::unexpected("the parts are " + std::to_string(writer.printed()) + " bytes, not " +
                          std::to_string(size));
  }
  Buffer bytes = writer.take();
  bytes.resize(size);
  return bytes;
}

std::vector<std::byte> headers_of(const Value& value, std::size_t size) {
  if (value.kind == Value::Kind::string) return value.bytes;
  Buffer buffer;
  if (value.kind != Value::Kind::list || value.items.empty()) return buffer;
  if (value.items.front().has("nlmsg_len")) {
    append_header(value, buffer);
  } else {
    for (const Value& item : value.items) append_header(item, buffer);
  }
  buffer.resize(std::min(buffer.size(), size));
  return buffer;
}

}  // namespace cttimeout::check
