// The policies of a fake kernel, kept in a file from one process to the next, one line each.
#include "policy_file/policy_file.h"

#include <array>
#include <cerrno>

#include "cttimeout/client.h"
#include "cttimeout/codec.h"
#include "cttimeout/format.h"

namespace cttimeout {
namespace {

tl::unexpected<std::string> failure(const std::string& path, const Error& error) {
  return tl::unexpected(path + ": " + to_string(error));
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

/// The policies of a kernel, in its order.
Result<std::vector<Policy>> policies_of(FakeKernel& kernel) {
  const auto transport = kernel.connect();
  std::vector<Policy> policies;
  return Client(*transport)
      .list([&policies](const InstalledPolicy& policy) { policies.push_back(policy); })
      .map([&policies] { return std::move(policies); });
}

}  // namespace

tl::expected<std::string, std::string> policy_lines(FakeKernel& kernel) {
  const auto policies = policies_of(kernel);
  if (!policies) return tl::unexpected(to_string(policies.error()));
  std::string lines;
  for (const Policy& policy : *policies) lines += to_line(policy) + '\n';
  return lines;
}

PolicyFile::Outcome<PolicyFile> PolicyFile::open(std::string path, Use use, FakeKernel& kernel) {
  auto file = ReplacedFile::open(std::move(path), use);
  if (!file) return tl::unexpected(file.error());
  const auto content = file->read();
  if (!content) return tl::unexpected(content.error());
  auto text = PolicyText::parse(*content);
  if (!text) return tl::unexpected(file->path() + ':' + text.error());
  const auto transport = kernel.connect();
  for (std::size_t at = 0; at < text->lines().size(); ++at) {
    const auto& policy = text->lines()[at].policy;
    if (!policy) continue;
    if (const auto added = restore(*transport, *policy); !added) {
      const bool twice = added.error().code == EEXIST;
      return tl::unexpected(file->path() + ':' + std::to_string(at + 1) + ": " +
                            to_string(added.error()) +
                            (twice ? ": an earlier line has a policy of that name" : ""));
    }
  }
  auto loaded = policies_of(kernel);
  if (!loaded) return failure(file->path(), loaded.error());
  return PolicyFile(std::move(*file), std::move(*text), std::move(*loaded));
}

PolicyFile::Outcome<void> PolicyFile::save(FakeKernel& kernel) const {
  const auto now = policies_of(kernel);
  if (!now) return failure(file_.path(), now.error());
  if (*now == loaded_) return {};
  return file_.replace(text_.with(loaded_, *now));
}

}  // namespace cttimeout
