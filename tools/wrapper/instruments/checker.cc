// Checker: what is wrong or fragile in all that the programs say and how they listen.
#include "instruments/checker.h"

namespace cttimeout::tools::wrapper {

Checker::Watched& Checker::watched(const SocketId& socket) {
  return sockets_.try_emplace(socket.number, socket, options_).first->second;
}

void Checker::sent(const SocketId& socket, const Sent& sent) {
  Watched& it = watched(socket);
  it.waits = false;
  ++it.datagrams;
  it.observer.sent({.bytes = sent.bytes, .port = sent.to.port_id});
}

void Checker::received(const SocketId& socket, const Received& received) {
  Watched& it = watched(socket);
  it.waits = false;
  it.observer.received({.bytes = received.bytes,
                        .buffer_size = received.buffer_size,
                        .peek = received.peeked,
                        .truncated = received.truncated,
                        .error = received.error});
}

void Checker::waits(const SocketId& socket) {
  watched(socket).waits = true;
}

void Checker::closed(const SocketId& socket) {
  Watched& it = watched(socket);
  if (it.waits) it.observer.waits(false);
  it.observer.closed();
}

check::Report Checker::report(std::string program) const {
  check::Report report{
      .file = std::move(program), .by_line = false, .remarks = {}, .findings = {}, .datagrams = 0};
  for (const auto& [number, it] : sockets_) {
    report.datagrams += it.datagrams;
    for (const check::Finding& finding : it.observer.findings()) {
      check::Located located{.finding = finding,
                             .socket = number - 1,
                             .position = finding.datagram + 1,
                             .who = it.id.program + ' ' + it.id.text()};
      for (const check::Place& place : finding.more) {
        located.more.push_back({.socket = located.socket,
                                .position = place.datagram + 1,
                                .message = place.message,
                                .offset = place.offset,
                                .who = located.who});
      }
      report.findings.push_back(std::move(located));
    }
  }
  check::merge_kinds(report);
  return report;
}

}  // namespace cttimeout::tools::wrapper
