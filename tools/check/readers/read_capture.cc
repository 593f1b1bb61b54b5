// Which kind of recording a file is, and which machine's messages it holds.
#include "check/readers/capture.h"
#include "check/readers/decompress.h"
#include "check/readers/plausible.h"
#include "check/readers/strace_line.h"
#include "check/readers/strace_order.h"

namespace cttimeout::tools::check {
namespace {

tl::unexpected<ReadError> refuse(std::string text) {
  return tl::unexpected(ReadError{.text = std::move(text), .position = 0, .by_line = true});
}

ReadResult in_order(ReadResult capture, std::optional<std::endian> order) {
  if (capture && order) put_in_order(capture->events, *order);
  return capture;
}

ReadResult read_text(std::string_view content, bool is_cut, std::optional<std::endian> order) {
  if (content.starts_with("\xef\xbb\xbf")) content.remove_prefix(3);  // UTF-8's mark
  if (content.starts_with("\xff\xfe") || content.starts_with("\xfe\xff")) {
    return refuse("it is UTF-16; `iconv -f utf-16 -t utf-8 FILE | cttimeout check -` reads it");
  }
  if (looks_like_strace(content)) {
    return in_order(read_strace(content), order);
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

/// Settles in which byte order the messages are: the one that was told, or of a text the one that
/// they tell, or this machine's. One that is not this machine's becomes a remark.
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

}  // namespace

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

ReadResult read_trace(const std::vector<StraceFile>& files, std::optional<std::endian> order) {
  auto capture = in_order(read_strace_files(files), order);
  if (capture) settle_byte_order(*capture, order);
  return capture;
}

}  // namespace cttimeout::tools::check
