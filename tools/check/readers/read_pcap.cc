// Captures of netlink traffic, pcap and pcapng, as libpcap reads them.
#include <linux/netlink.h>
#include <pcap/pcap.h>
#include <pcap/sll.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include "check/readers/capture.h"
#include "check/readers/link_header.h"
#include "check/readers/plausible.h"

namespace cttimeout::tools::check {
namespace {

constexpr std::string_view magic_pcapng = "\x0a\x0d\x0d\x0a";
constexpr std::array<std::string_view, 6> magics_pcap{
    "\xa1\xb2\xc3\xd4", "\xd4\xc3\xb2\xa1",   // times in microseconds
    "\xa1\xb2\x3c\x4d", "\x4d\x3c\xb2\xa1",   // in nanoseconds
    "\xa1\xb2\xcd\x34", "\x34\xcd\xb2\xa1"};  // with longer record headers, of old Linux

constexpr std::uint32_t other_order = 0x4d3c2b1a;  // reversed, where the first section has it right
constexpr std::ptrdiff_t can_id_size = 4;

struct Close {
  void operator()(pcap_t* file) const { pcap_close(file); }
  void operator()(FILE* file) const { std::fclose(file); }
};
using Savefile = std::unique_ptr<pcap_t, Close>;

tl::unexpected<ReadError> refuse(std::size_t offset, std::string text) {
  return tl::unexpected(ReadError{.text = std::move(text), .position = offset, .by_line = false});
}

tl::unexpected<ReadError> refuse_whole(std::string text) {
  return tl::unexpected(ReadError{.text = std::move(text), .position = 0, .by_line = true});
}

tl::expected<Savefile, ReadError> open(std::string_view content) {
  // libpcap takes streams alone; this one is only read.
  std::unique_ptr<FILE, Close> stream(
      fmemopen(const_cast<char*>(content.data()), content.size(), "rb"));
  if (stream == nullptr) return refuse_whole("no memory is left to read it");
  std::array<char, PCAP_ERRBUF_SIZE> why{};
  Savefile file(pcap_fopen_offline(stream.get(), why.data()));
  if (file == nullptr) return refuse_whole("libpcap cannot read it: " + std::string(why.data()));
  static_cast<void>(stream.release());  // closed with the file
  return file;
}

tl::expected<LinkHeader, ReadError> link_of(pcap_t* file) {
  const int link = pcap_datalink(file);
  if (link == DLT_NETLINK || link == DLT_LINUX_SLL) return cooked;
  if (link == DLT_LINUX_SLL2) return cooked_2;
  const char* const name = pcap_datalink_val_to_description(link);
  return refuse_whole("the link type is " + std::to_string(link) + " (" +
                      (name == nullptr ? "unknown" : name) +
                      "), which carries no netlink; capture on an nlmon device: "
                      "`ip link add nlmon0 type nlmon; ip link set nlmon0 up; "
                      "tcpdump -i nlmon0 -s 0 -w FILE`");
}

std::endian order_of(pcap_t* file) {
  const bool is_native = pcap_is_swapped(file) == 0;
  const bool is_little = is_native == (std::endian::native == std::endian::little);
  return is_little ? std::endian::little : std::endian::big;
}

std::string counted(std::size_t number) {
  return std::to_string(number) + (number == 1 ? " packet" : " packets");
}

/// Takes the netlink packets out of a capture.
class Reader {
 public:
  Reader(std::string_view content, pcap_t* file, LinkHeader link)
      : content_(content), file_(file), link_(link) {}

  tl::expected<void, ReadError> read() {
    for (;;) {
      const std::size_t begin = at();
      pcap_pkthdr* header = nullptr;
      const unsigned char* bytes = nullptr;
      const int outcome = pcap_next_ex(file_, &header, &bytes);
      if (outcome == PCAP_ERROR_BREAK) return {};
      if (outcome == 1) {
        take(*header, std::as_bytes(std::span(bytes, header->caplen)), begin);
        continue;
      }
      if (const auto section = section_in_other_order(begin)) {
        return refuse(*section,
                      "here begins a section in the other byte order, and libpcap reads files in "
                      "one order only; Wireshark's `editcap -F pcap FILE NEW` converts it");
      }
      if (std::feof(pcap_file(file_)) != 0) {
        remark("the file ends inside the record at byte " + std::to_string(begin) +
               "; what stands before is checked");
        return {};
      }
      const std::string_view why = pcap_geterr(file_);
      if (why.find("different from the type of the first interface") != std::string_view::npos) {
        return refuse(begin,
                      "the file holds interfaces of several link types, which libpcap does not "
                      "read; capture on the nlmon device alone");
      }
      return refuse(begin, "the record is damaged: " + std::string(why) + "; `head -c " +
                               std::to_string(begin) + "` keeps what stands before it");
    }
  }

  /// What was sent to the kernel, once everything is read.
  Capture capture(std::optional<std::endian> order) {
    if (cut_ + cut_others_ != 0) remark_cut();
    std::vector<Event> all;
    for (const Seen& seen : seen_) all.push_back(seen.event);
    Capture capture{.by_line = false, .remarks = std::move(remarks_)};
    capture.byte_order = order.value_or(recognised_order(all).value_or(order_of(file_)));
    for (Seen& seen : seen_) {
      if (to_kernel(seen.packet_type, {seen.event.bytes, capture.byte_order})) {
        capture.events.push_back(std::move(seen.event));
      }
    }
    return capture;
  }

 private:
  /// A packet of NETLINK_NETFILTER in either direction.
  struct Seen {
    std::uint8_t packet_type;
    Event event;
  };

  static bool to_kernel(std::uint8_t packet_type, Bytes datagram) {
    return goes_to_kernel(
        {.packet_type = packet_type, .family = NETLINK_NETFILTER, .datagram = datagram});
  }

  [[nodiscard]] std::size_t at() const {
    return static_cast<std::size_t>(std::ftell(pcap_file(file_)));
  }

  void remark(std::string text) { remarks_.push_back(std::move(text)); }

  void remark_cut() {
    if (cut_ == 0) {
      return remark("recorded only in part: " + counted(cut_others_) +
                    " of other netlink families, which are not checked anyway");
    }
    remark("recorded only in part and not checked: " + counted(cut_) +
           " of NETLINK_NETFILTER; `tcpdump -s 0` records all of a packet");
  }

  /// Where the record begins that ends here; pcapng may have had other blocks before it.
  [[nodiscard]] std::size_t start(std::size_t begin) const {
    if (!content_.starts_with(magic_pcapng)) return begin;
    const auto size = load<std::uint32_t>({std::as_bytes(std::span(content_)), order_of(file_)},
                                          at() - sizeof(std::uint32_t));
    return at() - size;
  }

  /// Where one begins among the blocks from `begin` on.
  [[nodiscard]] std::optional<std::size_t> section_in_other_order(std::size_t begin) const {
    constexpr std::size_t size_at = 4;
    constexpr std::size_t order_at = 8;  // of the header of a section
    constexpr std::size_t smallest = 12;
    if (!content_.starts_with(magic_pcapng)) return std::nullopt;
    const Bytes bytes(std::as_bytes(std::span(content_)), order_of(file_));
    while (begin < bytes.size() && bytes.size() - begin >= smallest) {
      const bool is_section = content_.substr(begin).starts_with(magic_pcapng);
      if (is_section && load<std::uint32_t>(bytes, begin + order_at) == other_order) return begin;
      const auto size = load<std::uint32_t>(bytes, begin + size_at);
      if (size < smallest || size > bytes.size() - begin) return std::nullopt;
      begin += size;
    }
    return std::nullopt;
  }

  /// libpcap reverses the CAN ID in cooked packets of a file in the other byte order. It takes the
  /// protocol for LINUX_SLL_P_CAN, which is the number of NETLINK_NETFILTER, so that here it
  /// reversed the length of the message.
  [[nodiscard]] bool has_reversed_start(const pcap_pkthdr& header) const {
    static_assert(NETLINK_NETFILTER == LINUX_SLL_P_CAN);
    return pcap_is_swapped(file_) != 0 && pcap_datalink(file_) != DLT_NETLINK &&
           std::min(header.caplen, header.len) >= link_.size + can_id_size;
  }

  void take(const pcap_pkthdr& header, Bytes record, std::size_t begin) {
    const bool is_cut = header.caplen < header.len;
    const auto packet = netlink_packet(record, link_);
    if (!packet) {
      if (is_cut && record.size() < link_.size) ++cut_;
      return;
    }
    const bool is_ours = packet->family == NETLINK_NETFILTER;
    if (is_cut) return static_cast<void>(++(is_ours ? cut_ : cut_others_));
    if (!is_ours) return;
    std::vector<std::byte> bytes(packet->datagram.begin(), packet->datagram.end());
    if (has_reversed_start(header)) std::reverse(bytes.begin(), bytes.begin() + can_id_size);
    seen_.push_back({.packet_type = packet->packet_type,
                     .event = {.kind = Event::Kind::sent,
                               .socket = 0,
                               .position = start(begin),
                               .bytes = std::move(bytes)}});
  }

  std::string_view content_;
  pcap_t* file_;
  LinkHeader link_;
  std::vector<Seen> seen_;
  std::size_t cut_ = 0;         ///< packets of NETLINK_NETFILTER, or of nobody knows whom
  std::size_t cut_others_ = 0;  ///< of other families
  std::vector<std::string> remarks_{
      "a capture does not tell sockets apart, nor how they were read: only what was sent is "
      "checked"};
};

}  // namespace

bool is_pcap(std::string_view content) {
  return content.starts_with(magic_pcapng) ||
         std::ranges::any_of(magics_pcap,
                             [&](std::string_view m) { return content.starts_with(m); });
}

ReadResult read_pcap(std::string_view content, std::optional<std::endian> order) {
  const auto file = open(content);
  if (!file) return tl::unexpected(file.error());
  const auto link = link_of(file->get());
  if (!link) return tl::unexpected(link.error());
  Reader reader(content, file->get(), *link);
  if (const auto done = reader.read(); !done) return tl::unexpected(done.error());
  return reader.capture(order);
}

}  // namespace cttimeout::tools::check
