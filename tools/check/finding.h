// What the checker found: which rule, where, and a sentence with the values.
#pragma once

#include <cstddef>
#include <string>

#include "check/rules.h"

namespace cttimeout::check {

struct Finding {
  const Rule* rule;
  std::size_t datagram;  ///< of those sent on the socket, from 0: the one that holds the message
  std::size_t message;   ///< of those sent on the socket, from 1; 0 if it is about no message
  std::string path;      ///< "NEW/DATA/ESTABLISHED", as far down as the finding goes
  std::size_t offset;    ///< of what is wrong, bytes from the start of the datagram
  std::string text;      ///< one sentence
};

}  // namespace cttimeout::check
