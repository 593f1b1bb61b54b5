// A file that is read, and later replaced as a whole.
#include "policy_file/replaced_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>

namespace cttimeout {
namespace {

template <class T>
using Outcome = ReplacedFile::Outcome<T>;

tl::unexpected<std::string> failure(const std::string& path, const std::string& sentence) {
  return tl::unexpected(path + ": " + sentence);
}

tl::unexpected<std::string> failure(const std::string& path, const std::string& what, int error) {
  return failure(path, what + ": " + std::strerror(error));
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// What is at the end of all links that the last part of the path leads through.
Outcome<std::string> behind_links(const std::string& path) {
  constexpr int most_links = 40;  // as in the kernel
  std::string at = path;
  std::array<char, PATH_MAX> text{};
  for (int links = 0; links <= most_links; ++links) {
    const ssize_t size = readlink(at.c_str(), text.data(), text.size());
    if (size < 0) return at;
    const std::string_view target(text.data(), static_cast<std::size_t>(size));
    at =
        target.starts_with('/') ? std::string(target) : folder_of(at).append(1, '/').append(target);
  }
  return failure(path, "cannot be followed", ELOOP);
}

const char* kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return "a directory";
    case S_IFCHR:
    case S_IFBLK:
      return "a device";
    case S_IFIFO:
      return "a pipe";
    case S_IFSOCK:
      return "a socket";
    default:
      return "no file";
  }
}

/// Whether the folder forbids us, as /tmp does, to replace a file that is another user's.
bool sticky_against_us(const struct stat& folder, const struct stat& file) {
  const uid_t us = geteuid();
  return (folder.st_mode & S_ISVTX) != 0 && us != 0 && us != folder.st_uid && us != file.st_uid;
}

/// Where a file is or will be.
struct Place {
  std::string file;    ///< behind all links
  std::string folder;  ///< of `file`
  bool exists = false;
  struct stat status {};  ///< if it exists
};

Outcome<void> check_folder(const std::string& path, const Place& place, bool replace) {
  struct stat status {};
  const int wanted = replace ? W_OK | X_OK : X_OK;
  if (stat(place.folder.c_str(), &status) != 0 ||
      faccessat(AT_FDCWD, place.folder.c_str(), wanted, AT_EACCESS) != 0) {
    const std::string purpose = replace ? " cannot take a new file" : " cannot be used";
    return failure(path, "the folder " + place.folder + purpose, errno);
  }
  if (replace && place.exists && sticky_against_us(status, place.status)) {
    return failure(path, "belongs to another user, whose files the folder " + place.folder +
                             " protects (sticky bit)");
  }
  return {};
}

/// Where the file of that path is, if it can be used so.
Outcome<Place> find_place(const std::string& path, ReplacedFile::Use use) {
  const bool replace = use == ReplacedFile::Use::replace;
  Place place;
  // This stat also asks the kernel whether the link may be followed (fs.protected_symlinks).
  place.exists = stat(path.c_str(), &place.status) == 0;
  if (!place.exists && errno != ENOENT) return failure(path, "cannot be used", errno);
  if (place.exists && !S_ISREG(place.status.st_mode)) {
    return failure(path, std::string("is ") + kind_of(place.status.st_mode) +
                             "; only a regular file can keep policies");
  }
  const int wanted = replace ? R_OK | W_OK : R_OK;
  if (place.exists && faccessat(AT_FDCWD, path.c_str(), wanted, AT_EACCESS) != 0) {
    return failure(path, replace ? "cannot be read and written" : "cannot be read", errno);
  }
  auto file = behind_links(path);
  if (!file) return tl::unexpected(file.error());
  place.file = std::move(*file);
  place.folder = folder_of(place.file);
  if (place.file.ends_with('/')) return failure(path, "names a directory; a file is needed");
  return check_folder(path, place, replace).map([&] { return place; });
}

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

  [[nodiscard]] bool take_place(const Place& place) {
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
  const auto place = find_place(path, use);
  if (!place) return tl::unexpected(place.error());
  return ReplacedFile(std::move(path));
}

Outcome<std::string> ReplacedFile::read() const {
  // A pipe that took the file's place meanwhile must not make us wait.
  const Descriptor file(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file && errno == ENOENT) return "";
  if (!file) return failure(path_, "cannot be read", errno);
  std::string text;
  std::array<char, 65536> part{};
  for (;;) {
    const ssize_t size = ::read(file.number(), part.data(), part.size());
    if (size < 0 && errno != EINTR) return failure(path_, "cannot be read", errno);
    if (size == 0) return text;
    if (size > 0) text.append(part.data(), static_cast<std::size_t>(size));
  }
}

Outcome<void> ReplacedFile::replace(std::string_view text) const {
  const auto place = find_place(path_, Use::replace);
  if (!place) return tl::unexpected(place.error());
  constexpr mode_t nobody_elses = 0600;  // until it looks like the old one
  constexpr mode_t as_any_file = 0666;   // less the umask
  NewFile file(place->folder, place->exists ? nobody_elses : as_any_file);
  if (file.created() && file.write(text) && (!place->exists || file.look_like(place->status)) &&
      file.take_place(*place)) {
    return {};
  }
  return failure(path_, "could not be replaced", errno);
}

}  // namespace cttimeout
