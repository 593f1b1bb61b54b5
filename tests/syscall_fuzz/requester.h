// Requester: sends requests by one socket under a storm, and expects exactly one reply to each.
//
// What a signal may make fake-kernel lose is counted: a reply that does not come, and a second
// reply, to a request that was made twice.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "patience.h"
#include "support/bytes.h"
#include "support/random.h"
#include "verdict.h"

namespace cttimeout::test {

class Requester {
 public:
  /// `name` begins the names of its policies and is told in complaints.
  Requester(std::string name, std::uint64_t seed, Verdict& verdict, Figures& figures);
  ~Requester();
  Requester(const Requester&) = delete;
  Requester& operator=(const Requester&) = delete;

  /// Creates a policy, and deletes an older one now and then. False if anything was wrong.
  bool request();
  /// Waits on the empty socket with a time limit: never for less than that, hardly for more.
  bool wait_in_vain();
  /// The names of all policies of its network namespace.
  [[nodiscard]] std::vector<std::string> list();
  /// Deletes all policies.
  bool flush();

  [[nodiscard]] int socket() const { return socket_; }
  /// Those whose creation was acknowledged, and whose deletion was not.
  [[nodiscard]] const std::vector<std::string>& policies() const { return policies_; }

 private:
  bool exchange(const Bytes& request);
  bool send(const Bytes& bytes);
  bool complain(const std::string& what, long result);
  /// The next datagram, by one of the ways to wait for one; empty if it was lost or anything was
  /// wrong.
  [[nodiscard]] Bytes receive();
  [[nodiscard]] long receive_once(Bytes& room, unsigned way);
  /// The next datagram, if there is one: its size, or -EAGAIN.
  [[nodiscard]] long take(Bytes& room);
  /// Whether nothing is there any more but the reply to a request that was made twice.
  [[nodiscard]] bool is_empty();
  void limit_waits(int milliseconds) const;

  const std::string name_;
  Random random_;
  Verdict& verdict_;
  Figures& figures_;
  Patience patience_;
  int socket_ = -1;
  std::uint32_t sequence_ = 0;
  std::uint32_t created_ = 0;
  unsigned way_to_send_ = 0;
  unsigned way_to_receive_ = 0;
  std::vector<std::string> policies_;
};

}  // namespace cttimeout::test
