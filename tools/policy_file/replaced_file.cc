// A file that is read, and later replaced as a whole.
#include "policy_file/replaced_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "policy_file/file_place.h"

namespace cttimeout {
namespace {

template <class T>
using Outcome = ReplacedFile::Outcome<T>;

constexpr std::size_t largest = std::size_t{64} << 20U;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  [[nodiscard]] int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

/// A file with a name that nobody can guess; removed again unless it is given its place.
class NewFile {
 public:
  NewFile(const std::string& folder, mode_t mode) : file_(create(folder, mode, path_)) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (file_ && !placed_) unlink(path_.c_str());
  }

  // Each returns false, with errno, if it failed.

  [[nodiscard]] bool created() const { return bool{file_}; }

  [[nodiscard]] bool write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t size = ::write(file_.number(), text.data(), text.size());
      if (size < 0 && errno != EINTR) return false;
      if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }

  /// Owner, group and mode of `old`, as far as this process may give them.
  [[nodiscard]] bool look_like(const struct stat& old) {
    const int file = file_.number();
    const bool given = fchown(file, old.st_uid, old.st_gid) == 0;
    if (!given) static_cast<void>(fchown(file, uid_t(-1), old.st_gid) == 0);
    return fchmod(file, old.st_mode & (given ? 07777U : 0777U)) == 0;
  }

  [[nodiscard]] bool take_place(const FilePlace& place) {
    if (fsync(file_.number()) != 0) return false;
    if (rename(path_.c_str(), place.file.c_str()) != 0) return false;
    placed_ = true;
    const Descriptor folder(::open(place.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // A folder that may be written but not read cannot be opened; its file is in its place.
    if (!folder || fsync(folder.number()) == 0) return true;
    return errno == EINVAL;  // where folders have nothing to bring to a disk
  }

 private:
  static int create(const std::string& folder, mode_t mode, std::string& path) {
    std::array<unsigned char, 16> number{};
    if (getrandom(number.data(), number.size(), 0) != ssize_t{number.size()}) return -1;
    path = folder + "/.cttimeout-";
    for (const unsigned char byte : number) {
      constexpr std::string_view digits = "0123456789abcdef";
      path += {digits[byte >> 4U], digits[byte & 15U]};
    }
    return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  }

  std::string path_;
  Descriptor file_;
  bool placed_ = false;
};

}  // namespace

Outcome<ReplacedFile> ReplacedFile::open(std::string path, Use use) {
  const auto place = find_file_place(path, use == Use::replace);
  if (!place) return tl::unexpected(place.error());
  return ReplacedFile(std::move(path));
}

Outcome<std::string> ReplacedFile::read() const {
  // A pipe that took the file's place meanwhile must not make us wait.
  const Descriptor file(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file && errno == ENOENT) return "";
  if (!file) return file_failure(path_, "cannot be read", errno);
  std::string text;
  std::array<char, 65536> part{};
  for (;;) {
    const ssize_t size = ::read(file.number(), part.data(), part.size());
    if (size < 0 && errno != EINTR) return file_failure(path_, "cannot be read", errno);
    if (size == 0) return text;
    if (size > 0) text.append(part.data(), static_cast<std::size_t>(size));
    if (text.size() > largest) {
      return tl::unexpected(path_ +
                            ": has more than 64 MiB, which no policies fill; name another "
                            "file");
    }
  }
}

Outcome<void> ReplacedFile::replace(std::string_view text) const {
  const auto place = find_file_place(path_, true);
  if (!place) return tl::unexpected(place.error());
  constexpr mode_t nobody_elses = 0600;  // until it looks like the old one
  constexpr mode_t as_any_file = 0666;   // less the umask
  NewFile file(place->folder, place->exists ? nobody_elses : as_any_file);
  if (file.created() && file.write(text) && (!place->exists || file.look_like(place->status)) &&
      file.take_place(*place)) {
    return {};
  }
  return file_failure(path_, "could not be replaced", errno);
}

}  // namespace cttimeout
