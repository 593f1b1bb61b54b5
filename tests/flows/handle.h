// Handle: owns an object of libnl, whatever its freeing function is.
#pragma once

#include <memory>

namespace cttimeout::packets {

template <auto Free>
struct Freeing {
  template <class Object>
  void operator()(Object* object) const {
    Free(object);
  }
};

/// Handle<nl_sock, nl_socket_free> socket(nl_socket_alloc());
template <class Object, auto Free>
using Handle = std::unique_ptr<Object, Freeing<Free>>;

}  // namespace cttimeout::packets
