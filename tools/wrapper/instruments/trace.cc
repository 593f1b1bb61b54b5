// Trace: every message that goes by in words, one line for it and one for each attribute.
#include "instruments/trace.h"

#include <sstream>

#include "describe/describe.h"
#include "describe/text.h"

namespace cttimeout::wrapper {
namespace {

std::string name_of(NetlinkAddress address) {
  std::string name = address.port_id == 0 ? "kernel" : std::to_string(address.port_id);
  if (address.groups != 0) name += " and groups " + std::to_string(address.groups);
  return name;
}

/// PROCESS/SOCKET -> kernel: what it says.
class Trace final : public Tap {
 public:
  explicit Trace(OutputFile file) : file_(std::move(file)) {}

  void sent(const SocketId& socket, const Sent& sent) override {
    print(socket, " -> " + name_of(sent.to), sent.bytes);
  }
  void received(const SocketId& socket, const Received& received) override {
    std::string how = " <- " + name_of(received.from);
    if (received.error != 0) {
      write(socket.text() + " <- " + tools::errno_text(received.error) + '\n');
      return;
    }
    if (received.peeked) how += " (peeked)";
    if (received.truncated) {
      how += " (cut to " + std::to_string(received.buffer_size) + " bytes)";
    }
    print(socket, how, received.bytes);
  }
  void closed(const SocketId& /*socket*/) override {}
  void struck(const SocketId& socket, const std::string& spec) override {
    write(socket.text() + " !! --fault " + spec + '\n');
  }

 private:
  void write(const std::string& text) {
    std::fputs(text.c_str(), file_.get());
    std::fflush(file_.get());
  }

  /// The first line of each message says who; those of its attributes are indented.
  void print(const SocketId& socket, const std::string& how, std::span<const std::byte> bytes) {
    std::istringstream lines(tools::describe_by_line(bytes));
    std::string text;
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with(' ')) text += socket.text() + how + ": ";
      text += line + '\n';
    }
    write(text);
  }

  OutputFile file_;
};

}  // namespace

tl::expected<std::unique_ptr<Tap>, std::string> open_trace(const std::string& path) {
  auto file = open_output(path);
  if (!file) return tl::unexpected(file.error());
  return std::make_unique<Trace>(std::move(*file));
}

}  // namespace cttimeout::wrapper
