// The subcommand `cttimeout check`: reads a recording, prints what is wrong in it.
#include "check_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <bit>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "check/quote.h"
#include "check/readers/strace_line.h"
#include "check/report.h"

namespace cttimeout::tools {
namespace {

struct Arguments {
  std::vector<std::string> files;
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
  std::cerr << check::harmless(place) << ": " << check::printable(text) << '\n';
  return exit_unusable;
}

/// nullopt: the messages tell it.
std::optional<std::endian> order_of(const std::string& name) {
  if (name == "auto") return std::nullopt;
  return name == "big" ? std::endian::big : std::endian::little;
}

int fail(const std::string& file, const check::ReadError& error) {
  const bool whole = error.by_line && error.position == 0;
  const std::string mark = error.by_line ? ":" : "@";
  return fail(file + (whole ? "" : mark + std::to_string(error.position)), error.text);
}

bool holds_datagram(const check::Capture& capture) {
  return std::ranges::any_of(capture.events, [](const check::Event& event) {
    return event.kind == check::Event::Kind::sent;
  });
}

/// A recording may be whole and hold nothing; its remarks say what became of it.
int fail_empty(const std::string& file, const check::Capture& capture) {
  for (const std::string& remark : capture.remarks) {
    std::cerr << check::harmless(file) << ": note: " << check::printable(remark) << '\n';
  }
  return fail(file, "holds no datagram to check");
}

/// Files that are one recording, and what is in them.
struct Recording {
  std::vector<std::string> files;
  std::vector<std::string> contents;
};

/// The reports of a recording; nothing if it cannot be read, which is said then.
std::optional<std::vector<check::Report>> check_recording(const Recording& recording,
                                                          const Arguments& arguments) {
  const std::string& first = recording.files.front();
  const bool is_set = recording.files.size() > 1;
  std::vector<check::StraceFile> traces;
  for (std::size_t i = 0; is_set && i < recording.files.size(); ++i) {
    const check::ProcessName name = check::process_name(recording.files[i]);
    traces.push_back({.content = recording.contents[i], .process = name.process});
  }
  const auto order = order_of(arguments.byte_order);
  const auto capture = is_set ? check::read_trace(traces, order)
                              : check::read_capture(recording.contents.front(), order);
  if (!capture) {
    fail(recording.files[capture.error().file], capture.error());
    return std::nullopt;
  }
  if (!holds_datagram(*capture)) {
    fail_empty(first, *capture);
    return std::nullopt;
  }
  return check::check_files(recording.files, *capture, arguments.options);
}

/// Files of one trace, trace.1234 and trace.1235, are one recording; every other is one by itself.
/// What cannot be read is said, and missing.
std::vector<Recording> recordings_of(const std::vector<std::string>& files) {
  std::vector<Recording> recordings;
  std::map<std::string, std::size_t> traces;
  for (const std::string& file : files) {
    auto content = content_of(file);
    if (!content) {
      fail(file, "cannot be read");
      continue;
    }
    const check::ProcessName name = check::process_name(file);
    std::size_t which = recordings.size();
    if (name.process != 0 && (content->empty() || check::looks_like_strace(*content))) {
      which = traces.try_emplace(name.stem, which).first->second;
    }
    if (which == recordings.size()) recordings.emplace_back();
    recordings[which].files.push_back(file);
    recordings[which].contents.push_back(*std::move(content));
  }
  return recordings;
}

/// Of several files those that hold nothing are not mentioned.
void drop_empty(std::vector<check::Report>& reports) {
  std::erase_if(reports, [](const check::Report& report) {
    return report.datagrams == 0 && report.findings.empty() && report.remarks.empty();
  });
}

std::string printed(const std::vector<check::Report>& reports, const Arguments& arguments) {
  const check::Format format = check::formats().at(arguments.format);
  if (arguments.files.size() > 1 && arguments.format == "json") return check::to_json(reports);
  std::string text;
  for (const check::Report& report : reports) text += format(report);
  return text;
}

int run(const Arguments& arguments) {
  const std::vector<Recording> recordings = recordings_of(arguments.files);
  std::size_t files = 0;
  for (const Recording& recording : recordings) files += recording.files.size();
  bool readable = files == arguments.files.size();
  std::vector<check::Report> reports;
  for (const Recording& recording : recordings) {
    auto some = check_recording(recording, arguments);
    readable = readable && some;
    if (some) std::ranges::move(*some, std::back_inserter(reports));
  }
  if (reports.empty()) return exit_unusable;
  if (reports.size() > 1) drop_empty(reports);
  std::cout << printed(reports, arguments);
  if (!std::cout.flush()) return fail("standard output", "cannot be written");
  if (!readable) return exit_unusable;
  return std::ranges::all_of(reports, &check::Report::clean) ? exit_clean : exit_findings;
}

}  // namespace

void add_check_command(CLI::App& app, int& status) {
  CLI::App* const command =
      app.add_subcommand("check", "Says what is wrong or fragile in recorded netlink messages.");
  const auto arguments = std::make_shared<Arguments>();
  command
      ->add_option("FILE", arguments->files,
                   "What was recorded or written down, see below; - is standard input. The files "
                   "of strace -ff, trace.*, are one recording")
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
