// Where a file is behind its links, and whether it can be read or replaced there.
#pragma once

#include <sys/stat.h>

#include <string>
#include <tl/expected.hpp>

namespace cttimeout {

struct FilePlace {
  std::string file;    ///< behind all links
  std::string folder;  ///< of `file`
  bool exists = false;
  struct stat status {};  ///< if it exists
};

/// Where the file of that path is or would be made. Refuses, with a sentence that begins with the
/// path, what is no regular file and what may not be read or, if asked for, replaced by a new one.
[[nodiscard]] tl::expected<FilePlace, std::string> find_file_place(const std::string& path,
                                                                   bool replace);

/// "PATH: WHAT: " and the errno in words.
[[nodiscard]] tl::unexpected<std::string> file_failure(const std::string& path,
                                                       const std::string& what, int error);

}  // namespace cttimeout
