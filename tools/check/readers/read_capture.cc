// Which kind of recording a file is, and which machine's messages it holds.
#include <algorithm>
#include <array>

#include "check/readers/capture.h"
#include "check/readers/decompress.h"
#include "check/readers/lines.h"
#include "check/readers/plausible.h"
#include "check/readers/strace_order.h"

namespace cttimeout::check {
namespace {

/// The calls that move netlink's bytes. A log that ends in the middle of a call has no more of it.
constexpr std::array<std::string_view, 13> calls{
    "socket",  "bind", "sendto",   "sendmsg", "send",   "sendmmsg", "recvfrom",
    "recvmsg", "recv", "recvmmsg", "write",   "writev", "read"};

bool is_part_of_name(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte == '.';
}

/// `name`, a parenthesis and what strace prints then: `send(3`, but neither `s.send(3` nor
/// `send(fd`.
bool has_call(std::string_view line, std::string_view name) {
  for (std::size_t at = line.find(name); at != std::string_view::npos;
       at = line.find(name, at + 1)) {
    const bool begins = at == 0 || !is_part_of_name(line[at - 1]);
    const std::string_view rest = line.substr(at + name.size());
    const bool is_value =
        rest.size() > 1 && std::string_view("0123456789AP").find(rest[1]) != std::string_view::npos;
    if (begins && rest.starts_with('(') && is_value) return true;
  }
  return false;
}

/// ") = 20", as strace ends the line of every call.
bool has_result(std::string_view line) {
  const std::size_t end = line.rfind(')');
  if (end == std::string_view::npos) return false;
  const std::string_view rest = trimmed(line.substr(end + 1));
  return rest.size() > 2 && rest.starts_with("= ") &&
         std::string_view("-?0123456789").find(rest[2]) != std::string_view::npos;
}

bool is_strace(std::string_view content) {
  for (Lines lines(content); lines.next();) {
    const std::string_view line = lines.line();
    const auto is_in = [&](std::string_view name) { return has_call(line, name); };
    if (line.find(" resumed>") != std::string_view::npos || has_result(line) ||
        std::ranges::any_of(calls, is_in)) {
      return true;
    }
  }
  return false;
}

tl::unexpected<ReadError> refuse(std::string text) {
  return tl::unexpected(ReadError{.text = std::move(text), .position = 0, .by_line = true});
}

ReadResult read_text(std::string_view content, bool is_cut, std::optional<std::endian> order) {
  if (content.starts_with("\xef\xbb\xbf")) content.remove_prefix(3);  // UTF-8's mark
  if (content.starts_with("\xff\xfe") || content.starts_with("\xfe\xff")) {
    return refuse("it is UTF-16; `iconv -f utf-16 -t utf-8 FILE | cttimeout check -` reads it");
  }
  if (is_strace(content)) {
    auto capture = read_strace(content);
    if (capture && order) put_in_order(capture->events, *order);
    return capture;
  }
  if (is_cut) return refuse("the compressed file ends too early; copy it again");
  if (content.find('\0') != std::string_view::npos) {
    return refuse(
        "it is binary, and neither pcap nor pcapng; of one raw datagram "
        "`xxd -p FILE | cttimeout check -` makes hex");
  }
  return read_hex(content);
}

std::string_view name_of(std::endian order) {
  return order == std::endian::big ? "big" : "little";
}

}  // namespace

void settle_byte_order(Capture& capture, std::optional<std::endian> told) {
  if (capture.by_line) {
    capture.byte_order =
        told.value_or(recognised_order(capture.events).value_or(std::endian::native));
  }
  if (capture.byte_order == std::endian::native) return;
  const std::string hint =
      told ? ", as --byte-order says"
           : "; if they are not, --byte-order=" + std::string(name_of(std::endian::native)) +
                 " says so";
  capture.remarks.push_back("the messages are of a " + std::string(name_of(capture.byte_order)) +
                            "-endian machine" + hint);
}

ReadResult read_capture(std::string_view content, std::optional<std::endian> order) {
  Decompressed decompressed;
  if (is_compressed(content)) {
    auto result = decompress(content);
    if (!result) return tl::unexpected(result.error());
    decompressed = *std::move(result);
    content = decompressed.content;
  }
  auto capture =
      is_pcap(content) ? read_pcap(content, order) : read_text(content, decompressed.cut, order);
  if (!capture) return capture;
  if (decompressed.cut) {
    capture->remarks.emplace_back("the compressed file ends too early: what it holds is checked");
  }
  settle_byte_order(*capture, order);
  return capture;
}

}  // namespace cttimeout::check
