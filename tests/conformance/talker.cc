// Talker: a bound socket whose datagrams are bytes, with our own port id in them zeroed.
#include "talker.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "netlink/describe.h"
#include "support/golden_text.h"
#include "support/port_names.h"
#include "support/reply.h"

namespace cttimeout::test {
namespace {

void print(std::ostream& out, std::string_view title, const std::vector<Bytes>& datagrams) {
  out << title << ' ' << datagrams.size() << " datagram(s)\n";
  for (const Bytes& datagram : datagrams) {
    out << "  " << bytes_text(datagram) << "\n    " << tools::summary(datagram);
  }
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Reply& reply) {
  if (reply.error != 0) return out << errno_text(reply.error);
  return out << reply.returned << " from " << reply.sender.port_id << ':' << reply.sender.groups
             << (reply.truncated ? " truncated " : " ") << bytes_text(reply.bytes);
}

Reply whole(Bytes bytes) {
  const std::size_t size = bytes.size();
  return {.bytes = std::move(bytes), .returned = size};
}

Reply cut(Bytes bytes, std::size_t returned) {
  return {.bytes = std::move(bytes), .returned = returned, .truncated = true};
}

Reply failed(int error) {
  return {.error = error};
}

Talker::Talker(Ground& ground) : socket_(ground.socket()) {
  EXPECT_TRUE(socket_->bind({}));
  port_id_ = socket_->name().port_id;
}

Talker& Talker::enable(int option) {
  EXPECT_TRUE(socket_->set_option(level_netlink, option, host32(1)));
  return *this;
}

Talker& Talker::shrink_receive_buffer() {
  EXPECT_TRUE(socket_->set_option(SOL_SOCKET, SO_RCVBUF, host32(1)));
  return *this;
}

void Talker::send(const Bytes& datagram) {
  EXPECT_EQ(socket_->send(datagram, kernel), datagram.size());
}

Reply Talker::receive(std::size_t size, int flags) {
  Bytes buffer(size);
  const auto received = socket_->receive(buffer, flags);
  if (!received) return failed(received.error());
  buffer.resize(received->copied);
  if (received->sender == kernel) replace_port(buffer, port_id_, 0);
  return {.bytes = std::move(buffer),
          .returned = received->returned,
          .truncated = received->truncated,
          .sender = received->sender};
}

std::vector<Bytes> Talker::drain(std::size_t size) {
  constexpr std::size_t too_many = 10000;
  std::vector<Bytes> datagrams;
  Reply reply = receive(size);
  while (reply.error == 0 && datagrams.size() < too_many) {
    datagrams.push_back(std::move(reply.bytes));
    reply = receive(size);
  }
  EXPECT_EQ(reply.error, EAGAIN);
  return datagrams;
}

std::vector<Bytes> Talker::exchange(const Bytes& request) {
  send(request);
  return drain();
}

testing::AssertionResult Talker::answers(const Bytes& request, const std::vector<Bytes>& expected) {
  return same_datagrams(exchange(request), expected) << "to " << tools::summary(request);
}

testing::AssertionResult Talker::accepts(const Bytes& request) {
  return answers(request, {success(request)});
}

testing::AssertionResult Talker::refuses(const Bytes& request, int error) {
  return answers(request, {failure(request, error)});
}

testing::AssertionResult Talker::ignores(const Bytes& request) {
  return answers(request, {});
}

testing::AssertionResult same_datagrams(const std::vector<Bytes>& actual,
                                        const std::vector<Bytes>& expected) {
  if (actual == expected) return testing::AssertionSuccess();
  std::ostringstream text;
  print(text, "expected", expected);
  print(text, "got", actual);
  return testing::AssertionFailure() << text.str();
}

}  // namespace cttimeout::test
