// The requests of one socket that wait for an answer, and what is wrong with how they are read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "check/finding.h"
#include "check/message.h"
#include "check/traffic.h"

namespace cttimeout::check {

class Conversation {
 public:
  explicit Conversation(std::vector<Finding>& findings) : findings_(findings) {}

  /// A request that the kernel executes, in the datagram of that number.
  void asked(const Message& message, std::size_t datagram);
  void received(const Received& received);
  void closed();

 private:
  /// What ends the answer to a request.
  enum class End : std::uint8_t { ack, object, done };
  struct Exchange {
    std::uint32_t sequence;
    std::uint16_t type;
    End end;
    std::size_t datagram;
    std::size_t message;
    std::size_t offset;
    bool lost = false;  ///< an ENOBUFS came while it waited
  };

  [[nodiscard]] static bool is_cut(const Received& received);
  void lose_all();
  void ask_again(const Message& message);
  void check_buffer(const Received& received);
  void answered(const Message& answer);
  [[nodiscard]] const Exchange* dump() const;
  void report(const Rule& broken, const Exchange& exchange, std::string text);

  std::vector<Finding>& findings_;
  std::vector<Exchange> open_;
  std::vector<Exchange> lost_;  ///< answered or not: what came before the ENOBUFS is not known
  std::size_t largest_buffer_ = 0;
  bool small_reported_ = false;
};

}  // namespace cttimeout::check
