// A file that is read, and later replaced as a whole.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace cttimeout {

/// A regular file by its path, or a place for one that is not there yet. A symbolic link stands for
/// the file that it leads to, and stays. Errors are sentences that begin with the path.
class ReplacedFile {
 public:
  template <class T>
  using Outcome = tl::expected<T, std::string>;

  enum class Use : std::uint8_t {
    read,     ///< read() alone
    replace,  ///< replace() as well
  };

  /// Refuses what could not be used so: something else than a regular file, a folder that is not
  /// there, missing permissions. It looks and does not touch: nothing on the disk changes.
  [[nodiscard]] static Outcome<ReplacedFile> open(std::string path, Use use);

  [[nodiscard]] const std::string& path() const { return path_; }

  /// The whole text; empty if there is no such file. One of more than 64 MiB is refused.
  [[nodiscard]] Outcome<std::string> read() const;

  /// Puts a new file with this text in the place of the old one, and on the disk. Others see the
  /// old file or the new one, never a part. On an error the old one is as it was.
  ///
  /// The new file has the owner, the group and the mode of the old one. Where this process may not
  /// give files away, it has those of this process, without set-user-ID and set-group-ID. Where
  /// there was none, it is made as any file is. Other hard links keep the old text; extended
  /// attributes are not kept.
  ///
  /// It is written under a name of its own in the folder of the old one, `.cttimeout-` and a random
  /// number. That file remains only if the process is killed in the middle of this call.
  [[nodiscard]] Outcome<void> replace(std::string_view text) const;

 private:
  explicit ReplacedFile(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace cttimeout
