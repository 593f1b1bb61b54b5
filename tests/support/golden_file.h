// Golden file: the operations of one situation and what came of each, as recorded, one per line.
//
//   # a comment: the head of the file, or the decoded form of the bytes above it
//   OPERATION -> RESULT
//
// The operations are those of Ground and NetlinkSocket. A is a socket, named at its creation.
//
//   namespace N                         from here on in the N-th network namespace (1 at first)
//   socket A
//   bind A ADDRESS                      -> ok
//   connect A ADDRESS                   -> ok
//   name A                              -> ADDRESS      (getsockname)
//   peer A                              -> ADDRESS      (getpeername)
//   send A [to ADDRESS] [FLAGS] BYTES   -> SIZE
//   recv A SIZE [FLAGS]                 -> SIZE from ADDRESS [truncated] [group N]
//                                          [credentials PID:UID:GID] BYTES
//   setsockopt A LEVEL OPTION BYTES     -> ok
//   getsockopt A LEVEL OPTION SIZE      -> BYTES [of LENGTH]    (where there was no room)
//   poll A                              -> IN|OUT|ERR
//   memory A                            -> used BYTES drops COUNT dumping 0|1
//   close A
//   sysctl read "NAME"                  -> "TEXT"       or none
//   sysctl write "NAME" "TEXT"          -> ok
//   hold "POLICY"                       -> ok           or refused
//   release "POLICY"
//   capable 0|1
//   hz                                  -> NUMBER
//
// In place of a result there may be the name of an errno. ADDRESS is PORT:GROUPS. A port id is a
// number, or <pid> for the process id, or <A> for the one that socket A was given by the kernel.
// When a bind, connect or send gives the socket another port id, " as PORT" follows its result.
// FLAGS is PEEK|TRUNC|OOB|DONTWAIT. BYTES is hex, "(00*200)" for long runs, "-" for none. In
// datagrams from the kernel, each outer nlmsg_pid that is the receiver's port id is zero.
// TEXT has \n, \", \\ and \xHH.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <tl/expected.hpp>

namespace cttimeout::test {

/// One operation and its result.
struct Step {
  std::string operation;
  std::string result = {};  ///< empty for operations that have none
  std::string note = {};    ///< written as comments below it; not read back
  std::size_t line = 0;     ///< where it was read

  [[nodiscard]] std::string text() const {
    return result.empty() ? operation : operation + " -> " + result;
  }
};

using Steps = std::vector<Step>;

/// The steps of a file, or why it cannot be read.
[[nodiscard]] tl::expected<Steps, std::string> read_golden(const std::filesystem::path& path);

/// Writes `head` as comments, then the steps. False if it cannot be written.
[[nodiscard]] bool write_golden(const std::filesystem::path& path, const std::string& head,
                                const Steps& steps);

/// The operation of step `recorded` and another text of it, one above the other, with a mark at
/// the first difference.
[[nodiscard]] std::string difference(const Step& recorded, const std::string& now);

}  // namespace cttimeout::test
