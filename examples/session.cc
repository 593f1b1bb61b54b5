// Runs one command on the kernel or on the fake, and turns errors into sentences.
#include "session.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <string>

#include "cttimeout/fake_kernel.h"
#include "policy_file/policy_file.h"

namespace examples {
namespace {

using Command = std::function<cttimeout::Result<void>(cttimeout::Client&)>;

constexpr std::string_view common_help = R"(
Needs CAP_NET_ADMIN in the network namespace: run it as root, or in one of your own that
`unshare -Urn` makes. Without either, CTTIMEOUT_FAKE=FILE in the environment runs it on a fake
kernel instead, whose policies are kept in FILE, one a line, from one command to the next.
)";

/// What the user can do about an error of the running kernel; empty if there is nothing to do.
std::string_view remedy(const cttimeout::Error& error) {
  switch (error.code) {
    case EPERM:
      return "This needs root or CAP_NET_ADMIN in the network namespace; `unshare -Urn` makes a "
             "namespace of your own, CTTIMEOUT_FAKE=FILE runs on a fake kernel.";
    case EPROTONOSUPPORT:
    case EAFNOSUPPORT:
      return "This kernel has no netfilter netlink; as root try `modprobe nfnetlink`, "
             "or CTTIMEOUT_FAKE=FILE for a fake kernel.";
    case EINVAL:
      // What these examples send is well formed, so it is the receiver that is missing.
      return "This kernel seems to have no timeout policies; as root try "
             "`modprobe nfnetlink_cttimeout`, or CTTIMEOUT_FAKE=FILE for a fake kernel.";
    default:
      return "";
  }
}

int fail(std::string_view sentence) {
  std::cerr << "error: " << sentence << '\n';
  return exit_failed;
}

int fail_on_kernel(const cttimeout::Error& error) {
  const int status = fail(to_string(error));
  const bool asked =
      error.origin == cttimeout::Origin::kernel || error.origin == cttimeout::Origin::transport;
  if (asked && !remedy(error).empty()) std::cerr << remedy(error) << '\n';
  return status;
}

int flush_output() {
  return std::cout.flush() ? 0 : fail("standard output could not be written");
}

int run_on_kernel(const Command& command) {
  const auto transport = cttimeout::open_netlink();
  if (!transport) return fail_on_kernel(transport.error());
  cttimeout::Client client(**transport);
  const auto done = command(client);
  return done ? flush_output() : fail_on_kernel(done.error());
}

int run_on_fake(const Command& command, const std::string& path) {
  cttimeout::FakeKernel kernel;
  const auto file = cttimeout::PolicyFile::open(path, cttimeout::PolicyFile::Use::replace, kernel);
  if (!file) return fail(file.error());
  const auto transport = kernel.connect();
  cttimeout::Client client(*transport);
  const auto done = command(client);
  if (!done) return fail(to_string(done.error()));
  const auto saved = file->save(kernel);
  return saved ? flush_output() : fail(saved.error());
}

}  // namespace

std::optional<unsigned> read_number(std::string_view what, std::string_view word, unsigned max) {
  unsigned number = 0;
  const char* const end = word.data() + word.size();
  const auto [stop, failure] = std::from_chars(word.data(), end, number);
  if (stop == end && failure == std::errc() && number <= max) return number;
  std::cerr << "error: " << what << " is '" << word << "'; expected a number from 0 to " << max
            << '\n';
  return std::nullopt;
}

bool wants_help(int argc, char** argv, std::string_view usage) {
  if (argc != 2 || std::string_view(argv[1]) != "--help") return false;
  std::cout << usage << common_help;
  return true;
}

int wrong_usage(std::string_view usage) {
  std::cerr << usage;
  return exit_usage;
}

int run(const Command& command) {
  const char* const path = std::getenv("CTTIMEOUT_FAKE");
  const bool on_fake = path != nullptr && *path != '\0';
  return on_fake ? run_on_fake(command, path) : run_on_kernel(command);
}

}  // namespace examples
