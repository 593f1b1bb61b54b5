// A recording as the checker wants it: what each socket did, in order, and where it stands.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace cttimeout::tools::check {

/// One thing that a socket did.
struct Event {
  enum class Kind : std::uint8_t {
    sent,
    received,
    waits,  ///< a receive that never returned; with an error, nothing came and the program waited
    gap,    ///< from here on it is not known what was received before
    closed,
  };

  Kind kind;
  std::size_t socket;    ///< number of the socket in the recording, from 0
  std::size_t position;  ///< its line, from 1, or its byte in the file
  std::size_t file = 0;  ///< of several files that are one recording
  std::vector<std::byte> bytes = {};
  bool cut = false;             ///< of `sent`: the recording has only these first bytes
  std::uint32_t port = 0;       ///< of `sent`: nl_pid of the destination
  std::size_t buffer_size = 0;  ///< of `received`
  bool peek = false;            ///< of `received`
  bool truncated = false;       ///< of `received`
  int error = 0;                ///< of `received` and `waits`
};

struct Capture {
  std::vector<Event> events = {};
  std::endian byte_order = std::endian::native;  ///< of the machine that sent them
  bool by_line = true;                           ///< what positions are
  bool knows_reads = false;                      ///< it tells what was received, with which buffers
  std::vector<std::string> remarks = {};         ///< what it cannot tell
  std::vector<std::size_t> remark_files = {};    ///< of several files, the one of each remark
};

/// Why a file cannot be read, and where.
struct ReadError {
  std::string text;
  std::size_t position = 0;  ///< a line, or a byte of the file; 0 lines: the whole
  bool by_line = true;
  std::size_t file = 0;  ///< of several files that are one recording
};

using ReadResult = tl::expected<Capture, ReadError>;

/// Hex text, a line for a datagram:
///   1c000000 ...        sent; spaces are free, `#` starts a comment
///   < 4096 24000000 ... received with a buffer of so many bytes
///   < ENOBUFS           a receive that failed
///   close               the socket is closed; what follows is another one
[[nodiscard]] ReadResult read_hex(std::string_view text);

/// Recognised by its first bytes: pcap of any kind that libpcap reads, or pcapng.
[[nodiscard]] bool is_pcap(std::string_view content);

/// A capture of netlink (link types 253, 113 and 276), of which only requests to NETLINK_NETFILTER
/// are taken. Positions are where the records begin. `order` is that of the messages, if it is
/// known; else they tell it, or the header of the file.
[[nodiscard]] ReadResult read_pcap(std::string_view content,
                                   std::optional<std::endian> order = std::nullopt);

/// What strace prints of network calls, with whole data (-s 65536), in any of its forms. What the
/// text does not hold becomes a remark; it is refused if nothing is left, or if what it holds is
/// not understood.
[[nodiscard]] ReadResult read_strace(std::string_view text);

/// One of the files that `strace -ff` writes, and the process in its name.
struct StraceFile {
  std::string_view content;
  std::uint64_t process;
};

/// As read_strace(), of all files of one trace; `file` of events and errors is an index of `files`.
[[nodiscard]] ReadResult read_strace_files(const std::vector<StraceFile>& files);

/// Any of these, told apart by what is in it, and compressed with gzip or zstd or not. `order` is
/// that of the messages; without it they tell it where they can, and else it is this machine's.
[[nodiscard]] ReadResult read_capture(std::string_view content,
                                      std::optional<std::endian> order = std::nullopt);
/// The same of the files of one trace.
[[nodiscard]] ReadResult read_trace(const std::vector<StraceFile>& files,
                                    std::optional<std::endian> order = std::nullopt);

}  // namespace cttimeout::tools::check
