// The datagrams that the pastes and the literals of the tests hold.
#pragma once

#include "support/request.h"

namespace cttimeout::tools::check {

/// NEW "web", established an hour; right, or with that number in the wrong byte order.
[[nodiscard]] inline test::Bytes good_request() {
  return test::hex(
      "38000000000805060100000000000000000000000800010077656200060002000002000005000300"
      "060000000c0004800800030000000e10");
}
[[nodiscard]] inline test::Bytes bad_request() {
  return test::hex(
      "38000000000805060100000000000000000000000800010077656200060002000002000005000300"
      "060000000c00048008000300100e0000");
}

/// DELETE of a name of 63 a: lines of dumps that are the same.
[[nodiscard]] inline test::Bytes long_request() {
  return test::delete_policy(std::string(63, 'a')).ack();
}

}  // namespace cttimeout::tools::check
