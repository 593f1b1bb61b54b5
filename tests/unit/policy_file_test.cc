// Files that are replaced as a whole, and the policies in them: what is kept and what is refused.
#include "policy_file/policy_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cttimeout/client.h"

namespace cttimeout::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A folder of its own for each test.
class PolicyFileTest : public testing::Test {
 protected:
  PolicyFileTest() {
    std::string made = (fs::temp_directory_path() / "policy_file.XXXXXX").string();
    if (mkdtemp(made.data()) != nullptr) folder_ = made;
  }
  ~PolicyFileTest() override { fs::remove_all(folder_); }

  std::string path(std::string_view name) const { return folder_ / name; }
  void write(std::string_view name, std::string_view text) const {
    std::ofstream(path(name)) << text;
  }
  std::string text(std::string_view name) const {
    std::ifstream file(path(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// What is in the folder, sorted.
  std::string names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_))
      names.push_back(entry.path().filename());
    std::ranges::sort(names);
    std::string all;
    for (const std::string& name : names) all += name + ' ';
    return all;
  }

  /// Opens the file, adds a policy of that name and saves; the error, or "".
  std::string add(std::string_view file, std::string_view name) const {
    FakeKernel kernel;
    const auto opened = PolicyFile::open(path(file), PolicyFile::Use::replace, kernel);
    if (!opened) return without_folder(opened.error());
    const auto transport = kernel.connect();
    if (!Client(*transport).add({.name = name, .protocol = IPPROTO_ICMP})) {
      return "not added";
    }
    const auto saved = opened->save(kernel);
    return saved ? "" : without_folder(saved.error());
  }
  /// The error of opening the file, or "".
  std::string open(std::string_view file, PolicyFile::Use use = PolicyFile::Use::replace) const {
    FakeKernel kernel;
    const auto opened = PolicyFile::open(path(file), use, kernel);
    return opened ? "" : without_folder(opened.error());
  }

  std::string without_folder(std::string text) const {
    for (std::size_t at; (at = text.find(folder_.string() + '/')) != std::string::npos;) {
      text.erase(at, folder_.string().size() + 1);
    }
    return text;
  }

  fs::path folder_;
};

struct stat status_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(lstat(path.c_str(), &status), 0) << path;
  return status;
}

TEST_F(PolicyFileTest, KeepsPoliciesFromOneKernelToTheNext) {
  EXPECT_EQ(add("kept", "a"), "");
  EXPECT_EQ(add("kept", "b"), "");
  EXPECT_EQ(text("kept"), "a inet icmp timeout 30\nb inet icmp timeout 30\n");
  EXPECT_EQ(names(), "kept ");
}

TEST_F(PolicyFileTest, OpeningChangesNothing) {
  EXPECT_EQ(open("none"), "");
  EXPECT_EQ(names(), "");
}

TEST_F(PolicyFileTest, AFileWhosePoliciesDidNotChangeIsNotTouched) {
  write("kept", "# mine\r\na inet icmp");
  const auto before = status_of(path("kept"));
  FakeKernel kernel;
  const auto opened = PolicyFile::open(path("kept"), PolicyFile::Use::replace, kernel);
  ASSERT_TRUE(opened.has_value());
  EXPECT_TRUE(opened->save(kernel).has_value());
  EXPECT_EQ(text("kept"), "# mine\r\na inet icmp");
  EXPECT_EQ(status_of(path("kept")).st_ino, before.st_ino);
}

TEST_F(PolicyFileTest, CommentsStayWhenPoliciesChange) {
  write("kept", "# mine\r\na inet icmp  # short\r\n");
  EXPECT_EQ(add("kept", "b"), "");
  EXPECT_EQ(text("kept"), "# mine\r\na inet icmp  # short\r\nb inet icmp timeout 30\r\n");
}

TEST_F(PolicyFileTest, NamesTheLineThatIsWrong) {
  write("broken", "# a comment\n\na inet icmp\nb inet icmp timeout soon\n");
  EXPECT_EQ(open("broken"),
            "broken:4: request: text is malformed: timeout \"soon\" of timeout: expected whole "
            "seconds, 0 or more, as 90 or 1m30s");
  write("twice", "a inet icmp\na inet icmp\n");
  EXPECT_EQ(open("twice"),
            "twice:2: kernel: request was refused: File exists (EEXIST): an earlier line has a "
            "policy of that name");
  write("unknown", "a inet 200\n");
  EXPECT_EQ(open("unknown"),
            "unknown:1: kernel: request was refused: Operation not supported (EOPNOTSUPP)");
}

TEST_F(PolicyFileTest, RefusesAFileThatIsTooLarge) {
  write("large", "");
  fs::resize_file(path("large"), std::uintmax_t{20} << 30U);  // of which the disk holds nothing
  EXPECT_EQ(open("large"),
            "large: has more than 64 MiB, which no policies fill; name another file");
  write("comment", "#" + std::string((std::size_t{64} << 20U) - 2, 'x') + '\n');
  EXPECT_EQ(open("comment"), "");
}

TEST_F(PolicyFileTest, KeepsTheByteOrderMarkOfUtf8) {
  write("marked", "\xef\xbb\xbf# mine\na inet icmp\n");
  EXPECT_EQ(add("marked", "b"), "");
  EXPECT_EQ(text("marked"), "\xef\xbb\xbf# mine\na inet icmp\nb inet icmp timeout 30\n");
  write("policy",
        "\xef\xbb\xbf"
        "a inet icmp\n");
  EXPECT_EQ(open("policy"), "");
}

TEST_F(PolicyFileTest, NamesUtf16) {
  write("wide", std::string_view("\xff\xfe"
                                 "a\0",
                                 4));
  EXPECT_EQ(open("wide"), "wide:1: it is UTF-16; `iconv -f utf-16 -t utf-8` converts it");
}

TEST_F(PolicyFileTest, RefusesWhatIsNoRegularFile) {
  const std::string regular = "; only a regular file can keep policies";
  fs::create_directory(path("directory"));
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  ASSERT_LT(path("socket").copy(address.sun_path, sizeof address.sun_path),
            sizeof address.sun_path);
  const int bound = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(bound, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  close(bound);
  fs::create_symlink("/dev/null", path("device"));
  for (const auto use : {PolicyFile::Use::read, PolicyFile::Use::replace}) {
    EXPECT_EQ(open("directory", use), "directory: is a directory" + regular);
    EXPECT_EQ(open("pipe", use), "pipe: is a pipe" + regular);
    EXPECT_EQ(open("socket", use), "socket: is a socket" + regular);
    EXPECT_EQ(open("device", use), "device: is a device" + regular);
    EXPECT_EQ(open("new/", use), "new/: names a directory; a file is needed");
  }
  EXPECT_EQ(names(), "device directory pipe socket ");
}

TEST_F(PolicyFileTest, RefusesAFolderThatIsNotThere) {
  EXPECT_EQ(open("no/where"),
            "no/where: the folder no cannot take a new file: "
            "No such file or directory");
  EXPECT_EQ(open("no/where", PolicyFile::Use::read),
            "no/where: the folder no cannot be used: No such file or directory");
  write("file", "");
  EXPECT_EQ(open("file/where"), "file/where: cannot be used: Not a directory");
}

TEST_F(PolicyFileTest, RefusesLinksThatLeadNowhere) {
  fs::create_symlink("loop", path("loop"));
  EXPECT_EQ(open("loop"), "loop: cannot be used: Too many levels of symbolic links");
  fs::create_symlink("no/where", path("away"));
  EXPECT_EQ(open("away"), "away: the folder no cannot take a new file: No such file or directory");
}

TEST_F(PolicyFileTest, FollowsLinksAndLeavesThem) {
  fs::create_directory(path("folder"));
  write("folder/real", "");
  fs::create_symlink("folder/second", path("first"));
  fs::create_symlink("real", path("folder/second"));
  fs::create_symlink(path("folder/new"), path("dangling"));
  EXPECT_EQ(add("first", "a"), "");
  EXPECT_EQ(add("dangling", "b"), "");
  EXPECT_EQ(fs::read_symlink(path("first")), "folder/second");
  EXPECT_EQ(fs::read_symlink(path("folder/second")), "real");
  EXPECT_EQ(fs::read_symlink(path("dangling")), path("folder/new"));
  EXPECT_EQ(text("folder/real"), "a inet icmp timeout 30\n");
  EXPECT_EQ(text("folder/new"), "b inet icmp timeout 30\n");
}

TEST_F(PolicyFileTest, KeepsTheMode) {
  for (const mode_t mode : {0600U, 0640U, 0644U, 0666U, 0777U}) {
    write("kept", "");
    ASSERT_EQ(chmod(path("kept").c_str(), mode), 0);
    EXPECT_EQ(add("kept", "a"), "");
    EXPECT_EQ(status_of(path("kept")).st_mode & 07777U, mode);
    fs::remove(path("kept"));
  }
}

TEST_F(PolicyFileTest, ANewFileHasTheModeThatTheUserWants) {
  for (const mode_t mask : {0022U, 0077U, 0002U}) {
    const mode_t before = umask(mask);
    EXPECT_EQ(add("new", "a"), "");
    umask(before);
    EXPECT_EQ(status_of(path("new")).st_mode & 07777U, 0666U & ~mask);
    fs::remove(path("new"));
  }
}

TEST_F(PolicyFileTest, AFullDiskLeavesTheOldFileAlone) {
  write("kept", "# so long a comment that the file has more bytes than may be written here\n");
  const std::string before = text("kept");
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit small{.rlim_cur = 20, .rlim_max = limit.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string said = add("kept", "a");
  setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(said, "kept: could not be replaced: File too large");
  EXPECT_EQ(text("kept"), before);
  EXPECT_EQ(names(), "kept ");
}

TEST_F(PolicyFileTest, LooksAgainBeforeItReplaces) {
  FakeKernel kernel;
  const auto opened = PolicyFile::open(path("kept"), PolicyFile::Use::replace, kernel);
  ASSERT_TRUE(opened.has_value());
  const auto transport = kernel.connect();
  ASSERT_TRUE(Client(*transport).add({.name = "a", .protocol = IPPROTO_ICMP}));
  fs::create_directory(path("kept"));
  const auto saved = opened->save(kernel);
  ASSERT_FALSE(saved.has_value());
  EXPECT_EQ(without_folder(saved.error()),
            "kept: is a directory; only a regular file can keep policies");
  EXPECT_EQ(names(), "kept ");
}

}  // namespace
}  // namespace cttimeout::test
