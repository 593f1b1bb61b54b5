// The policies of a fake kernel, kept in a file from one process to the next, one line each.
#include "policy_file/policy_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "cttimeout/client.h"
#include "cttimeout/codec.h"
#include "cttimeout/format.h"

namespace cttimeout {
namespace {

tl::unexpected<std::string> failure(const std::string& path, const std::string& sentence) {
  return tl::unexpected(path + ": " + sentence);
}

/// Creates the policy as it stands in the file: Client::add() would refuse some that exist.
Result<void> restore(Transport& transport, const Policy& policy) {
  std::array<std::byte, max_request_size> request{};
  std::array<std::byte, 2 * max_request_size> answer{};
  const RequestHeader header{
      .command = IPCTNL_MSG_TIMEOUT_NEW,
      .flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
      .sequence = 1,
  };
  const std::size_t size = encode_request(request, header, policy);
  const auto sent = transport.send(std::span(request).first(size));
  if (!sent) return sent;
  const auto received = transport.receive(answer, std::chrono::milliseconds(0));
  if (!received) return tl::unexpected(received.error());
  const auto ack = decode_ack(std::span(answer).first(received->size));
  if (!ack) return tl::unexpected(ack.error());
  if (ack->error == 0) return {};
  return tl::unexpected(Error{
      .origin = Origin::kernel, .what = Errc::refused, .code = ack->error, .detail = ack->text});
}

/// Writes the whole text to the disk. False, with errno, if it is not there.
bool write_through(const std::string& path, std::string_view text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return false;
  bool written = true;
  while (written && !text.empty()) {
    const ssize_t size = write(file, text.data(), text.size());
    written = size >= 0 || errno == EINTR;
    if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
  }
  written = written && fsync(file) == 0;
  const int error = errno;
  close(file);
  errno = error;
  return written;
}

}  // namespace

tl::expected<std::string, std::string> policy_lines(FakeKernel& kernel) {
  const auto transport = kernel.connect();
  std::string lines;
  const auto listed = Client(*transport).list([&lines](const InstalledPolicy& policy) {
    lines += to_line(policy) + '\n';
  });
  if (!listed) return tl::unexpected(to_string(listed.error()));
  return lines;
}

PolicyFile::PolicyFile(std::string path)
    : path_(std::move(path)), unfinished_(path_ + '.' + std::to_string(getpid())) {}

PolicyFile::Outcome<void> PolicyFile::load(FakeKernel& kernel) {
  std::ifstream file(path_);
  if (!file) return errno == ENOENT ? Outcome<void>() : failure(path_, std::strerror(errno));
  const auto transport = kernel.connect();
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    const auto added = parse_line(line).and_then(
        [&](const Policy& policy) { return restore(*transport, policy); });
    if (!added) return failure(path_, std::to_string(number) + ": " + to_string(added.error()));
  }
  if (file.bad()) return failure(path_, "could not be read");
  return policy_lines(kernel).map([this](const std::string& text) { loaded_ = text; });
}

PolicyFile::Outcome<void> PolicyFile::save(FakeKernel& kernel) {
  const auto lines = policy_lines(kernel);
  if (!lines) return tl::unexpected(lines.error());
  if (*lines == loaded_) return {};
  if (write_through(unfinished_, *lines) && rename(unfinished_.c_str(), path_.c_str()) == 0) {
    loaded_ = *lines;
    return {};
  }
  const int error = errno;
  unlink(unfinished_.c_str());
  return failure(path_, std::strerror(error));
}

}  // namespace cttimeout
