// The datagrams that one call moves, whichever call it is.
#include "check/readers/strace_transfer.h"

#include <algorithm>

#include "check/readers/strace_symbols.h"
#include "netlink/message.h"

namespace cttimeout::tools::check {
namespace {

const Value* argument(const Call& call, std::size_t index) {
  return index < call.arguments.size() ? &call.arguments[index] : nullptr;
}

std::string_view word(const Value* value) {
  return value == nullptr ? std::string_view() : std::string_view(value->word);
}

std::size_t number(const Value* value) {
  // "4096 => 144": what was passed counts.
  const std::string_view text = word(value);
  return parse_number(text.substr(0, text.find(' '))).value_or(0);
}

/// Releases before 4.13 print no keys: {"...", 56}.
BufferText buffer_of(const Value& vector) {
  const Value* const base = vector.find("iov_base");
  const Value* const size = vector.find("iov_len");
  if (base == nullptr && size == nullptr && vector.items.size() == 2) {
    return {&vector.items[0], number(&vector.items[1])};
  }
  return {base, number(size)};
}

std::vector<BufferText> buffers_of(const Value* vectors) {
  std::vector<BufferText> buffers;
  if (vectors == nullptr) return buffers;
  for (const Value& vector : vectors->items) buffers.push_back(buffer_of(vector));
  // What follows "..." was not printed.
  const bool cut = vectors->cut || (!buffers.empty() && vectors->items.back().cut);
  if (cut || vectors->kind == Value::Kind::word) buffers.push_back({nullptr, 0});
  return buffers;
}

Transfer message_of(const Value& header, std::size_t moved, std::string_view call_flags) {
  return {.buffers = buffers_of(header.find("msg_iov")),
          .moved = moved,
          .address = header.find("msg_name"),
          .flags = word(header.find("msg_flags")),
          .call_flags = call_flags};
}

/// {msg_hdr={...}, msg_len=56}; before 4.13 {{...}, 56}.
std::optional<std::vector<Transfer>> messages_of(const Call& call) {
  std::vector<Transfer> transfers;
  const Value* const list = argument(call, 1);
  if (list == nullptr) return std::nullopt;
  const std::int64_t count = call.result.error.empty() ? call.result.value : 1;
  const auto done = static_cast<std::size_t>(std::max<std::int64_t>(count, 0));
  if (call.result.error.empty() && list->items.size() < done) return std::nullopt;
  for (const Value& item : list->items) {
    if (transfers.size() == done) break;
    const bool has_keys = item.has("msg_hdr");
    if (!has_keys && item.items.empty()) return std::nullopt;
    const Value& header = has_keys ? *item.find("msg_hdr") : item.items.front();
    const Value* const length = has_keys                ? item.find("msg_len")
                                : item.items.size() > 1 ? &item.items[1]
                                                        : nullptr;
    if (length == nullptr && call.result.error.empty()) return std::nullopt;
    transfers.push_back(message_of(header, number(length), argument_word(call, 3)));
  }
  return transfers;
}

/// A message begins there, so that strace took the buffer apart as the kernel will.
bool begins_message(const std::vector<std::byte>& before) {
  const MessageArea area = split_messages(before, 1);
  return area.rest.empty() && before.size() % NLMSG_ALIGNTO == 0;
}

}  // namespace

std::size_t Transfer::room() const {
  std::size_t sum = 0;
  for (const BufferText& buffer : buffers) sum += buffer.size;
  return sum;
}

std::optional<std::uint32_t> Transfer::port() const {
  if (address == nullptr || address->kind != Value::Kind::structure) return std::nullopt;
  const Value* const port = address->has("nl_pid") ? address->find("nl_pid") : address->find("pid");
  if (port == nullptr) return std::nullopt;
  const std::string_view text = word(port);
  return evaluate_symbols(text.substr(0, text.find('<'))).value_or(0);
}

KnownBytes Transfer::sent() const {
  KnownBytes whole;
  for (const BufferText& buffer : buffers) {
    const std::size_t size = std::min(buffer.size, moved - whole.bytes.size());
    if (size == 0 && buffer.data != nullptr) continue;
    if (buffer.data == nullptr) break;
    const bool is_inner = buffer.data->kind != Value::Kind::string && !begins_message(whole.bytes);
    KnownBytes part = is_inner ? inner_bytes(*buffer.data, size) : sent_bytes(*buffer.data, size);
    if (!part.problem.empty()) return part;
    whole.bytes.insert(whole.bytes.end(), part.bytes.begin(), part.bytes.end());
    whole.filled = whole.filled || part.filled;
    whole.apart = part.apart;
    whole.address = part.address;
    if (part.cut) break;
  }
  whole.cut = whole.bytes.size() < moved;
  return whole;
}

KnownBytes Transfer::received() const {
  KnownBytes whole;
  std::size_t left = moved;
  for (const BufferText& buffer : buffers) {
    const std::size_t size = std::min(buffer.size, left);
    if (size == 0 && buffer.data != nullptr) continue;
    if (buffer.data == nullptr || (!whole.bytes.empty() && !begins_message(whole.bytes) &&
                                   buffer.data->kind != Value::Kind::string)) {
      whole.cut = true;
      return whole;
    }
    // A header can begin in one buffer and end in the next: only all bytes together tell.
    const bool is_string = buffer.data->kind == Value::Kind::string && buffers.size() > 1;
    KnownBytes part =
        is_string ? sent_bytes(*buffer.data, size) : received_bytes(*buffer.data, size);
    whole.bytes.insert(whole.bytes.end(), part.bytes.begin(), part.bytes.end());
    left -= size;
    if (part.cut) {
      whole.cut = true;
      return whole;
    }
  }
  return whole;
}

std::optional<std::vector<Transfer>> transfers_of(const Call& call, Shape shape) {
  const auto moved = static_cast<std::size_t>(std::max<std::int64_t>(call.result.value, 0));
  if (shape == Shape::messages) return messages_of(call);
  if (shape == Shape::message) {
    const Value* const header = argument(call, 1);
    if (header == nullptr) return std::nullopt;
    return std::vector{message_of(*header, moved, argument_word(call, 2))};
  }
  if (shape == Shape::vectors) {
    return std::vector{Transfer{.buffers = buffers_of(argument(call, 1)), .moved = moved}};
  }
  const Value* const data = argument(call, 1);
  if (data == nullptr) return std::nullopt;
  return std::vector{Transfer{.buffers = {{data, number(argument(call, 2))}},
                              .moved = moved,
                              .address = argument(call, 4),
                              .call_flags = argument_word(call, 3)}};
}

std::string_view argument_word(const Call& call, std::size_t index) {
  return word(argument(call, index));
}

bool has_flag(std::string_view flags, std::string_view name, unsigned bit) {
  for (std::string_view rest = flags; !rest.empty();) {
    const std::string_view term = rest.substr(0, rest.find('|'));
    rest.remove_prefix(std::min(term.size() + 1, rest.size()));
    if (term == name) return true;
    const auto value = parse_number(term);
    if (value && (*value & bit) != 0) return true;
  }
  return false;
}

}  // namespace cttimeout::tools::check
