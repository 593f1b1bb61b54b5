// Trace: every message that goes by in words, one line for it and one for each attribute.
#include "instruments/trace.h"

#include <sstream>

#include "instruments/output.h"
#include "netlink/describe.h"
#include "netlink/text.h"

namespace cttimeout::tools::wrapper {
namespace {

std::string name_of(NetlinkAddress address) {
  std::string name = address.port_id == 0 ? "kernel" : std::to_string(address.port_id);
  if (address.groups != 0) name += " and groups " + std::to_string(address.groups);
  return name;
}

/// PROCESS/SOCKET -> kernel: what it says.
class Trace final : public Tap {
 public:
  explicit Trace(Output output) : output_(std::move(output)) {}

  void sent(const SocketId& socket, const Sent& sent) override {
    print(socket, " -> " + name_of(sent.to), sent.bytes);
  }
  void received(const SocketId& socket, const Received& received) override {
    std::string how = " <- " + name_of(received.from);
    if (received.error != 0) {
      output_.write(socket.text() + " <- " + tools::errno_text(received.error) + '\n');
      return;
    }
    if (received.peeked) how += " (peeked)";
    if (received.truncated) {
      how += " (cut to " + std::to_string(received.buffer_size) + " bytes)";
    }
    print(socket, how, received.bytes);
  }
  void closed(const SocketId& /*socket*/) override {}
  void injected(const SocketId& socket, const std::string& spec) override {
    output_.write(socket.text() + " !! --fault " + spec + '\n');
  }
  tl::expected<void, std::string> finish() override { return output_.finish(); }

 private:
  /// The first line of each message says who; those of its attributes are indented.
  void print(const SocketId& socket, const std::string& how, std::span<const std::byte> bytes) {
    std::istringstream lines(tools::describe_by_line(bytes));
    std::string text;
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with(' ')) text += socket.text() + how + ": ";
      text += line + '\n';
    }
    output_.write(text);
  }

  Output output_;
};

}  // namespace

tl::expected<std::unique_ptr<Tap>, std::string> open_trace(const std::string& path) {
  auto output = Output::open(path);
  if (!output) return tl::unexpected(output.error());
  return std::make_unique<Trace>(std::move(*output));
}

}  // namespace cttimeout::tools::wrapper
