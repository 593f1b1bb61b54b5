// Output: where an instrument writes, and whether all of it has arrived there.
#include "instruments/output.h"

#include <cerrno>
#include <cstring>

namespace cttimeout::tools::wrapper {
namespace {

int keep_open(std::FILE* file) {
  return std::fflush(file);
}

}  // namespace

tl::expected<Output, std::string> Output::open(const std::string& path) {
  if (path == "-") return Output("stderr", File(stderr, &keep_open));
  File file(std::fopen(path.c_str(), "we"), &std::fclose);
  if (!file) return tl::unexpected(path + ": " + std::strerror(errno));
  return Output(path, std::move(file));
}

void Output::write(std::string_view bytes) {
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) == bytes.size() &&
                       std::fflush(file_.get()) == 0;
  if (!written && error_ == 0) error_ = errno;
}

tl::expected<void, std::string> Output::finish() {
  const auto close = file_.get_deleter();
  if (close(file_.release()) != 0 && error_ == 0) error_ = errno;
  if (error_ == 0) return {};
  return tl::unexpected("not all could be written to " + path_ + ": " + std::strerror(error_));
}

}  // namespace cttimeout::tools::wrapper
