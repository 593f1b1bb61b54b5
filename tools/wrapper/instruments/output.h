// Output: where an instrument writes, and whether all of it has arrived there.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace cttimeout::tools::wrapper {

class Output {
 public:
  /// The file, emptied, and not inherited by the program; or stderr for "-"; or why it cannot be
  /// opened, as a sentence.
  [[nodiscard]] static tl::expected<Output, std::string> open(const std::string& path);

  /// Passes it to the kernel at once, so that it is whole, should we be killed.
  void write(std::string_view bytes);
  /// Closes it. What went wrong first, as a sentence, if anything did.
  [[nodiscard]] tl::expected<void, std::string> finish();

 private:
  using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

  Output(std::string path, File file) : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  File file_;
  int error_ = 0;
};

}  // namespace cttimeout::tools::wrapper
