// Where a file is behind its links, and whether it can be read or replaced there.
#include "policy_file/file_place.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string_view>

namespace cttimeout {
namespace {

template <class T>
using Outcome = tl::expected<T, std::string>;

tl::unexpected<std::string> failure(const std::string& path, const std::string& sentence) {
  return tl::unexpected(path + ": " + sentence);
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
  return file_failure(path, "cannot be followed", ELOOP);
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

/// What keeps a file from making room for another one; nullptr if there is nothing.
const char* obstacle(const std::string& file) {
  struct statx status {};
  if (statx(AT_FDCWD, file.c_str(), AT_SYMLINK_NOFOLLOW, 0, &status) != 0) return nullptr;
  if ((status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0) {
    return "is a mount point, which no new file can replace; mount its folder instead";
  }
  const auto guarded = STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND;
  return (status.stx_attributes & guarded) != 0 ? "cannot be replaced (chattr)" : nullptr;
}

bool same_file(const struct stat& status, const std::string& path) {
  struct stat other {};
  return stat(path.c_str(), &other) == 0 && status.st_dev == other.st_dev &&
         status.st_ino == other.st_ino;
}

Outcome<void> check_folder(const std::string& path, const FilePlace& place, bool replace) {
  struct stat status {};
  const int wanted = replace ? W_OK | X_OK : X_OK;
  if (stat(place.folder.c_str(), &status) != 0 ||
      faccessat(AT_FDCWD, place.folder.c_str(), wanted, AT_EACCESS) != 0) {
    const std::string purpose = replace ? " cannot take a new file" : " cannot be used";
    return file_failure(path, "the folder " + place.folder + purpose, errno);
  }
  if (replace && place.exists && sticky_against_us(status, place.status)) {
    return failure(path, "belongs to another user, whose files the folder " + place.folder +
                             " protects (sticky bit)");
  }
  return {};
}

}  // namespace

tl::unexpected<std::string> file_failure(const std::string& path, const std::string& what,
                                         int error) {
  return failure(path, what + ": " + std::strerror(error));
}

tl::expected<FilePlace, std::string> find_file_place(const std::string& path, bool replace) {
  FilePlace place;
  // This stat also asks the kernel whether the link may be followed (fs.protected_symlinks).
  place.exists = stat(path.c_str(), &place.status) == 0;
  if (!place.exists && errno != ENOENT) return file_failure(path, "cannot be used", errno);
  if (place.exists && !S_ISREG(place.status.st_mode)) {
    return failure(path, std::string("is ") + kind_of(place.status.st_mode) +
                             "; only a regular file can keep policies");
  }
  const int wanted = replace ? R_OK | W_OK : R_OK;
  if (place.exists && faccessat(AT_FDCWD, path.c_str(), wanted, AT_EACCESS) != 0) {
    return file_failure(path, replace ? "cannot be read and written" : "cannot be read", errno);
  }
  auto file = behind_links(path);
  if (!file) return tl::unexpected(file.error());
  place.file = std::move(*file);
  place.folder = folder_of(place.file);
  // A link of /proc may lead to a file that has no name any more.
  if (place.exists && !same_file(place.status, place.file)) {
    return failure(path, "leads to a file without a name");
  }
  const char* const blocked = replace && place.exists ? obstacle(place.file) : nullptr;
  if (blocked != nullptr) return failure(path, blocked);
  if (place.file.ends_with('/')) return failure(path, "names a directory; a file is needed");
  return check_folder(path, place, replace).map([&] { return place; });
}

}  // namespace cttimeout
