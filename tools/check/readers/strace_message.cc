// Netlink messages that strace has taken apart, put together again.
#include "check/readers/strace_message.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "check/quote.h"
#include "check/readers/strace_symbols.h"
#include "netlink/bytes.h"
#include "netlink/message.h"

namespace cttimeout::tools::check {
namespace {

using Buffer = std::vector<std::byte>;

/// Far more than a socket takes; no claim of a trace makes us reserve more.
constexpr std::size_t largest_message = 1U << 20U;

template <class Number>
void append(Buffer& buffer, Number value) {
  const auto* const begin = reinterpret_cast<const std::byte*>(&value);
  buffer.insert(buffer.end(), begin, begin + sizeof value);
}

bool is_group(const Value& value) {
  return value.kind == Value::Kind::list || value.kind == Value::Kind::structure;
}

/// A member by the name of today, or by that of the releases before 5.0, which leave out "nlmsg_".
const Value* header_member(const Value& header, std::string_view key) {
  const Value* const value = header.find(key);
  return value != nullptr ? value : header.find(key.substr(key.find('_') + 1));
}

bool is_message_header(const Value& value) {
  return value.kind == Value::Kind::structure && header_member(value, "nlmsg_len") != nullptr &&
         header_member(value, "nlmsg_seq") != nullptr;
}

/// A header alone, or in a group with what follows it; not a list of messages that are headers
/// alone.
bool is_message(const Value& value) {
  if (is_message_header(value)) return true;
  if (!is_group(value) || value.items.empty()) return false;
  const auto begins_message = [](const Value& item) {
    return is_message_header(item) ||
           (is_group(item) && !item.items.empty() && is_message_header(item.items.front()));
  };
  return is_message_header(value.items.front()) &&
         (value.items.size() == 1 || !begins_message(value.items[1]));
}

/// What strace prints if it does not look at the data: with -e raw, or if it cannot.
bool is_address(const Value& value) {
  return value.kind == Value::Kind::word && (value.word.starts_with("0x") || value.word == "NULL");
}

/// In a group with what follows it: nla_len is more than 4, where there is no payload that of 4.
bool is_attribute(const Value& value) {
  if (value.has("nla_len")) return true;
  if (!is_group(value) || value.items.empty() || !value.items.front().has("nla_len")) return false;
  const auto length = parse_number(value.items.front().find("nla_len")->word);
  return length && *length > NLA_HDRLEN;
}

bool is_dots(const Value& value) {
  return value.kind == Value::Kind::word && value.cut;
}

/// Puts messages together, up to the first thing that was cut, or that it does not understand.
class Writer {
 public:
  /// `reads_all`: payloads of other subsystems, too.
  explicit Writer(bool reads_all) : reads_all_(reads_all) {}

  void datagram(const Value& value) {
    if (value.kind == Value::Kind::string) return raw(value);
    if (is_message(value)) return message(value);
    if (!is_group(value)) {
      return fail("where messages should be there is " + harmless(value.word.substr(0, 32)) +
                  "; record their bytes with `strace -e write=all`");
    }
    each(value, [&](const Value& item) {
      if (is_message(item)) return message(item);
      raw(item);
    });
  }

  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] bool cut() const { return cut_; }
  /// In `size` bytes zeros stand where nothing was printed, other than for what is not read.
  [[nodiscard]] bool filled(std::size_t size) const {
    return filled_ || (last_is_read_ && size > printed_);
  }
  /// Where what was printed ends.
  [[nodiscard]] std::size_t printed() const { return printed_; }
  [[nodiscard]] Buffer take() { return std::move(buffer_); }

 private:
  [[nodiscard]] bool stopped() const { return cut_ || !problem_.empty(); }

  void fail(std::string text) {
    if (!stopped()) problem_ = std::move(text);
  }

  void fail_member(std::string_view key, std::string_view word) {
    fail(std::string(key) + (word.empty() ? " is missing" : " is not known: ") +
         harmless(word.substr(0, 64)) + "; record the bytes with `strace -e write=all`");
  }

  void align() {
    if (buffer_.size() % 4 != 0) filled_ = true;
    buffer_.resize(align4(buffer_.size()));
  }

  /// The items of a list, each at a multiple of 4.
  template <class Write>
  void each(const Value& list, Write write) {
    for (const Value& item : list.items) {
      if (stopped()) return;
      align();
      write(item);
    }
    if (!stopped() && list.cut) cut_ = true;
  }

  void raw(const Value& value) {
    if (is_dots(value)) {
      cut_ = true;
    } else if (value.kind != Value::Kind::string) {
      return fail(
          "a part of a message is not understood; record its bytes with "
          "`strace -e write=all`");
    } else {
      buffer_.insert(buffer_.end(), value.bytes.begin(), value.bytes.end());
      cut_ = value.cut;
    }
    printed_ = buffer_.size();
  }

  /// `value` may be followed by the name of a process: "8721<nfct>".
  std::uint32_t number(const Value* value, std::string_view key) {
    std::string_view word = value == nullptr ? std::string_view() : std::string_view(value->word);
    if (key == "nlmsg_pid") word = word.substr(0, word.find('<'));
    const auto result = evaluate_symbols(word);
    if (!result) fail_member(key, word);
    return result.value_or(0);
  }

  std::uint32_t header(const Value& header) {
    const auto member = [&](std::string_view key) {
      return number(header_member(header, key), key);
    };
    const std::uint32_t length = member("nlmsg_len");
    append(buffer_, length);
    append(buffer_, static_cast<std::uint16_t>(member("nlmsg_type")));
    append(buffer_, static_cast<std::uint16_t>(member("nlmsg_flags")));
    append(buffer_, member("nlmsg_seq"));
    append(buffer_, member("nlmsg_pid"));
    printed_ = buffer_.size();
    return length;
  }

  void message(const Value& value) {
    const std::size_t begin = buffer_.size();
    if (begin > printed_ && last_is_read_) filled_ = true;
    const bool alone = is_message_header(value);
    const std::uint32_t length = header(alone ? value : value.items.front());
    const auto type = load<std::uint16_t>(buffer_, begin + 4);
    const bool is_batch = type == NFNL_MSG_BATCH_BEGIN || type == NFNL_MSG_BATCH_END;
    const bool is_read = reads_all_ || length < header_size ||
                         type >> 8U == NFNL_SUBSYS_CTNETLINK_TIMEOUT || is_batch;
    for (std::size_t i = 1; !alone && is_read && i < value.items.size() && !stopped(); ++i) {
      part(value.items[i]);
    }
    if (stopped()) return;
    last_is_read_ = is_read;
    printed_ = buffer_.size();
    const std::size_t end = begin + std::min<std::size_t>(length, largest_message);
    buffer_.resize(std::max(buffer_.size(), end));
  }

  /// What may follow a header: an nfgenmsg, attributes, or bytes.
  void part(const Value& value) {
    if (value.has("nfgen_family")) return nfgen(value);
    if (is_attribute(value)) {
      align();
      return attribute(value);
    }
    if (is_group(value)) return each(value, [&](const Value& item) { element(item); });
    raw(value);
  }

  /// A list of attributes.
  void element(const Value& value) {
    if (is_attribute(value)) return attribute(value);
    raw(value);
  }

  /// An nfgenmsg, and what else stands in its braces.
  void nfgen(const Value& value) {
    nfgen_members(value);
    for (const Value& item : value.items) {
      if (stopped()) return;
      if (item.key.empty()) part(item);
    }
  }

  void nfgen_members(const Value& value) {
    const auto member = [&](std::string_view key) { return number(value.find(key), key); };
    append(buffer_, static_cast<std::uint8_t>(member("nfgen_family")));
    append(buffer_, static_cast<std::uint8_t>(member("version")));
    const Value* const resource = value.find("res_id");
    std::string_view word = resource == nullptr ? "" : std::string_view(resource->word);
    const bool is_network = word.starts_with("htons(") && word.ends_with(')');
    if (is_network) word = word.substr(6, word.size() - 7);
    const auto id = evaluate_symbols(word);
    if (!id) return fail_member("res_id", word);
    // A number that is not inside of htons() is printed as it lies in memory.
    const auto as_is = static_cast<std::uint16_t>(*id);
    append(buffer_,
           is_network && std::endian::native == std::endian::little ? swapped(as_is) : as_is);
  }

  void attribute(const Value& value) {
    const bool alone = value.has("nla_len");
    const Value& head = alone ? value : value.items.front();
    const auto member = [&](std::string_view key) { return number(head.find(key), key); };
    append(buffer_, static_cast<std::uint16_t>(member("nla_len")));
    append(buffer_, static_cast<std::uint16_t>(member("nla_type")));
    for (std::size_t i = 1; !alone && i < value.items.size() && !stopped(); ++i) {
      part(value.items[i]);
    }
  }

  bool reads_all_;
  Buffer buffer_;
  std::size_t printed_ = 0;
  bool cut_ = false;
  bool filled_ = false;
  bool last_is_read_ = true;
  std::string problem_;
};

/// Puts the headers of a datagram together. False if a part of it hides others.
class HeaderWriter {
 public:
  bool datagram(const Value& value) {
    if (is_message(value)) return message(value);
    if (!is_group(value)) return false;
    for (const Value& item : value.items) {
      buffer_.resize(align4(buffer_.size()));
      if (is_message(item)) {
        if (!message(item)) return false;
      } else if (item.cut || item.kind != Value::Kind::string) {
        return false;
      }
    }
    return !value.cut;
  }

  [[nodiscard]] Buffer take() { return std::move(buffer_); }

 private:
  bool message(const Value& value) {
    const Value& header = is_message_header(value) ? value : value.items.front();
    std::array<std::uint32_t, 5> fields{};
    constexpr std::array<std::string_view, 5> keys{"nlmsg_len", "nlmsg_type", "nlmsg_flags",
                                                   "nlmsg_seq", "nlmsg_pid"};
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const Value* const member = header_member(header, keys[i]);
      const std::string_view word = member == nullptr ? "" : std::string_view(member->word);
      const auto number = evaluate_symbols(i == 4 ? word.substr(0, word.find('<')) : word);
      if (!number) return false;
      fields[i] = *number;
    }
    const std::size_t begin = buffer_.size();
    append(buffer_, fields[0]);
    append(buffer_, static_cast<std::uint16_t>(fields[1]));
    append(buffer_, static_cast<std::uint16_t>(fields[2]));
    append(buffer_, fields[3]);
    append(buffer_, fields[4]);
    const std::size_t end = begin + std::min<std::size_t>(fields[0], largest_message);
    buffer_.resize(std::max(buffer_.size(), end));
    return true;
  }

  Buffer buffer_;
};

/// Up to where the known bytes do not tell whether a header follows; all of `size` if they do.
bool holds_every_header(Bytes known, std::size_t size) {
  std::size_t at = 0;
  while (size - at >= header_size) {
    if (known.size() < at + header_size) return false;
    const auto length = load<std::uint32_t>(known, at);
    if (length < header_size || length > size - at) return true;
    at += std::min(align4(length), size - at);
  }
  return true;
}

}  // namespace

KnownBytes sent_bytes(const Value& value, std::size_t size) {
  if (size > largest_message) return {.problem = "a datagram of more than 1 MiB"};
  if (is_address(value)) return {.cut = true, .address = true};
  Writer writer(false);
  writer.datagram(value);
  if (!writer.problem().empty()) return {.problem = writer.problem()};
  KnownBytes known{.bytes = {}, .cut = writer.cut()};
  const bool is_string = value.kind == Value::Kind::string;
  if (writer.printed() > size && !is_string) {
    return {.problem = "the parts are " + std::to_string(writer.printed()) + " bytes, not " +
                       std::to_string(size) + "; record them with `strace -e write=all`"};
  }
  known.bytes = writer.take();
  if (is_string && known.bytes.size() < size) known.cut = true;
  known.filled = !known.cut && writer.filled(size);
  if (!known.cut || known.bytes.size() > size) known.bytes.resize(size);
  return known;
}

KnownBytes inner_bytes(const Value& value, std::size_t size) {
  Writer writer(true);
  if (size <= largest_message) writer.datagram(value);
  const bool is_exact = writer.problem().empty() && !writer.cut() && writer.printed() == size;
  if (!is_exact) return {.cut = true, .apart = true};
  KnownBytes known{.bytes = writer.take()};
  known.bytes.resize(size);  // what nlmsg_len claims beyond was filled up
  return known;
}

KnownBytes received_bytes(const Value& value, std::size_t size) {
  size = std::min(size, largest_message);
  KnownBytes known;
  if (value.kind == Value::Kind::string) {
    known.bytes = value.bytes;
    known.cut = !holds_every_header(known.bytes, size);
  } else {
    HeaderWriter writer;
    known.cut = !writer.datagram(value);
    known.bytes = writer.take();
  }
  if (!known.cut || known.bytes.size() > size) known.bytes.resize(size);
  return known;
}

}  // namespace cttimeout::tools::check
