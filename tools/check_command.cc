// The subcommand `cttimeout check`: reads a recording, prints what is wrong in it.
#include "check_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <bit>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>

#include "check/report.h"

namespace cttimeout::tools {
namespace {

struct Arguments {
  std::string file;
  std::string format = "text";
  std::string byte_order = "auto";
  check::Options options;
};

constexpr const char* footer =
    R"(FILE is told apart by what is in it, and may be compressed with gzip or zstd (up to 256 MiB):
  strace    its output, with whole data: strace -s 65536
  capture   pcap or pcapng of an nlmon device (link types 253, 113 and 276)
  dump      what xxd, od, hexdump, tshark -x and tcpdump -x print, with offsets
  lines     hex digits, a datagram a line, or one that was wrapped; blank lines set datagrams
            apart; `#` begins a comment; `< SIZE HEX`, `< ENOBUFS` and `close` tell what
            was received, and where a socket ends
  source    byte literals of C, Go, Rust and Python, and nothing else that holds numbers
A form that can be read in two ways is refused. tools/check/FORMATS.md has the details.

Exit status: 0 clean (notes allowed), 1 findings, 2 wrong usage or unreadable input.)";

std::optional<std::string> content_of(const std::string& path) {
  const auto all = [](std::istream& stream) -> std::optional<std::string> {
    std::string content{std::istreambuf_iterator<char>(stream), {}};
    return stream.bad() ? std::nullopt : std::optional(std::move(content));
  };
  if (path == "-") return all(std::cin);
  std::ifstream file(path, std::ios::binary);
  // A folder opens, and only fails when it is read.
  if (!file || (file.peek() == std::ifstream::traits_type::eof() && !file.eof())) {
    return std::nullopt;
  }
  return all(file);
}

int fail(const std::string& place, const std::string& text) {
  std::cerr << place << ": " << text << '\n';
  return exit_unusable;
}

/// nullopt: the messages tell it.
std::optional<std::endian> order_of(const std::string& name) {
  if (name == "auto") return std::nullopt;
  return name == "big" ? std::endian::big : std::endian::little;
}

/// A recording may be whole and hold nothing; its remarks say what became of it.
int fail_empty(const std::string& file, const check::Capture& capture) {
  for (const std::string& remark : capture.remarks)
    std::cerr << file << ": note: " << remark << '\n';
  return fail(file, "holds no datagram to check");
}

int run(const Arguments& arguments) {
  const auto content = content_of(arguments.file);
  if (!content) return fail(arguments.file, "cannot be read");
  const auto capture = check::read_capture(*content, order_of(arguments.byte_order));
  if (!capture) {
    const check::ReadError& error = capture.error();
    const bool whole = error.by_line && error.position == 0;
    const std::string mark = error.by_line ? ":" : "@";
    return fail(arguments.file + (whole ? "" : mark + std::to_string(error.position)), error.text);
  }
  const auto is_sent = [](const check::Event& event) {
    return event.kind == check::Event::Kind::sent;
  };
  if (std::ranges::none_of(capture->events, is_sent)) return fail_empty(arguments.file, *capture);
  const check::Report report = check::check_capture(arguments.file, *capture, arguments.options);
  std::cout << check::formats().at(arguments.format)(report);
  if (!std::cout.flush()) return fail("standard output", "cannot be written");
  return report.clean() ? exit_clean : exit_findings;
}

}  // namespace

void add_check_command(CLI::App& app, int& status) {
  CLI::App* const command =
      app.add_subcommand("check", "Says what is wrong or fragile in recorded netlink messages.");
  const auto arguments = std::make_shared<Arguments>();
  command
      ->add_option("FILE", arguments->file,
                   "What was recorded or written down, see below; - is standard input")
      ->required();
  command->add_option("--format", arguments->format, "How findings are printed")
      ->check(CLI::IsMember(check::formats()))
      ->capture_default_str();
  command
      ->add_option("--byte-order", arguments->byte_order,
                   "Of the machine whose messages they are; auto: the messages tell it, and where "
                   "they do not it is this machine's")
      ->check(CLI::IsMember({"auto", "big", "little"}))
      ->capture_default_str();
  command
      ->add_option("--hz", arguments->options.hz,
                   "Ticks per second of the kernel; they decide which timeouts wrap")
      ->check(CLI::Range(1U, 1000U))
      ->capture_default_str();
  command->footer(footer);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace cttimeout::tools
