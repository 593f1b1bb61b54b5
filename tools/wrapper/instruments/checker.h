// Checker: what is wrong or fragile in all that the programs say and how they listen.
#pragma once

#include <map>
#include <memory>

#include "check/report.h"
#include "instruments/tap.h"

namespace cttimeout::tools::wrapper {

class Checker final : public Tap {
 public:
  explicit Checker(check::Options options) : options_(options) {}

  void sent(const SocketId& socket, const Sent& sent) override;
  void received(const SocketId& socket, const Received& received) override;
  void closed(const SocketId& socket) override;
  void waits(const SocketId& socket) override;

  /// Whole once every socket is closed.
  [[nodiscard]] check::Report report(std::string program) const;

 private:
  struct Watched {
    Watched(SocketId socket, check::Options options) : id(std::move(socket)), observer(options) {}

    SocketId id;
    check::Observer observer;
    std::size_t datagrams = 0;
    bool waits = false;  ///< the last thing that the program did with it
  };

  Watched& watched(const SocketId& socket);

  const check::Options options_;
  std::map<std::uint32_t, Watched> sockets_;  // by their numbers; observers do not move
};

}  // namespace cttimeout::tools::wrapper
