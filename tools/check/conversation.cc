// The requests of one socket that wait for an answer, and what is wrong with how they are read.
#include "check/conversation.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>

#include <algorithm>
#include <cerrno>

namespace cttimeout::check {
namespace {

// af_netlink.c: what the first part of a dump may hold, and the largest that any may.
constexpr std::size_t smallest_part = 3776;
constexpr std::size_t largest_part = 32448;

bool reads_back(const Message& message) {
  return message.command() == IPCTNL_MSG_TIMEOUT_GET ||
         message.command() == IPCTNL_MSG_TIMEOUT_DEFAULT_GET;
}

}  // namespace

void Conversation::report(const Rule& broken, const Exchange& exchange, std::string text) {
  findings_.push_back({.rule = &broken,
                       .datagram = exchange.datagram,
                       .message = exchange.message,
                       .path = type_name(exchange.type),
                       .offset = exchange.offset,
                       .text = std::move(text)});
}

const Conversation::Exchange* Conversation::dump() const {
  const auto found = std::ranges::find(open_, End::done, &Exchange::end);
  return found == open_.end() ? nullptr : &*found;
}

void Conversation::asked(const Message& message, std::size_t datagram) {
  Exchange exchange{.sequence = message.sequence(),
                    .type = message.type(),
                    .end = message.is_dump()                                ? End::done
                           : message.has(NLM_F_ACK) || !reads_back(message) ? End::ack
                                                                            : End::object,
                    .datagram = datagram,
                    .message = message.index,
                    .offset = message.offset};
  ask_again(message);
  const auto same = std::ranges::find(open_, exchange.sequence, &Exchange::sequence);
  // Within one datagram the observer has looked already.
  if (same != open_.end() && same->datagram != datagram) {
    report(rule("C-SEQ-REUSE"), exchange,
           "nlmsg_seq " + std::to_string(exchange.sequence) + " is that of message " +
               std::to_string(same->message) + " (" + type_name(same->type) +
               "), which is not answered yet");
  }
  if (const Exchange* const pending = dump(); pending != nullptr && exchange.end == End::done) {
    report(rule("C-DUMP-BUSY"), exchange,
           "the dump of message " + std::to_string(pending->message) + " is not read to its end");
  }
  if (message.has(NLM_F_ACK) || reads_back(message)) open_.push_back(exchange);
}

// Who reads back, or repeats the request, has not ignored the loss.
void Conversation::ask_again(const Message& message) {
  if (reads_back(message)) {
    lost_.clear();
  } else {
    std::erase_if(lost_, [&](const Exchange& e) { return e.type == message.type(); });
  }
}

// Where the system call does not tell, the last header does: it claims more than there is.
bool Conversation::is_cut(const Received& received) {
  const Bytes rest = split_messages(received.bytes, 0).rest;
  return received.truncated || load<std::uint32_t>(rest, 0) > rest.size();
}

void Conversation::received(const Received& received) {
  if (received.error == ENOBUFS) return lose_all();
  if (received.error != 0) return;
  const auto sequence = load<std::uint32_t>(received.bytes, 8);
  const auto found = std::ranges::find(open_, sequence, &Exchange::sequence);
  const bool cut = is_cut(received);
  if (cut && !received.peek && found != open_.end()) {
    report(rule("C-READ-CUT"), *found,
           "its answer was cut to the " + std::to_string(received.buffer_size) +
               " bytes of the buffer");
  } else if (!received.peek) {
    check_buffer(received);
  }
  largest_buffer_ = std::max(largest_buffer_, received.buffer_size);
  if (received.peek) return;
  // Of a datagram that was cut, the first header still says what it was.
  if (cut && received.bytes.size() >= header_size) {
    answered({.index = 0, .offset = 0, .bytes = received.bytes, .padding = {}});
  }
  for (const Message& answer : split_messages(received.bytes, 0).messages) answered(answer);
}

void Conversation::check_buffer(const Received& received) {
  const Exchange* const pending = dump();
  if (pending == nullptr || small_reported_) return;
  const std::size_t part = std::max(smallest_part, std::min(largest_buffer_, largest_part));
  if (received.buffer_size >= part) return;
  small_reported_ = true;
  report(rule("C-READ-SMALL"), *pending,
         "the dump is read with " + std::to_string(received.buffer_size) +
             " bytes, its parts have up to " + std::to_string(part));
}

void Conversation::answered(const Message& answer) {
  const auto found = std::ranges::find(open_, answer.sequence(), &Exchange::sequence);
  if (found == open_.end()) return;
  const bool ends = answer.type() == NLMSG_ERROR || answer.type() == NLMSG_DONE;
  if (ends || found->end == End::object) open_.erase(found);
}

void Conversation::lose_all() {
  for (Exchange& exchange : open_) exchange.lost = true;
  lost_.insert(lost_.end(), open_.begin(), open_.end());
}

void Conversation::closed() {
  // What an ENOBUFS may have taken, and did not: its answer came later. Of a dump a part is
  // missing.
  std::erase_if(lost_, [&](const Exchange& lost) {
    const auto is_it = [&](const Exchange& e) { return e.message == lost.message; };
    return lost.end != End::done && std::ranges::none_of(open_, is_it);
  });
  if (!lost_.empty()) {
    report(rule("C-READ-ENOBUFS"), lost_.front(),
           "after ENOBUFS " + std::to_string(lost_.size()) +
               " answers are missing, this one first, and nothing was asked again");
  }
  std::erase_if(open_, [](const Exchange& e) { return e.lost; });
  if (!open_.empty()) {
    report(rule("C-READ-UNREAD"), open_.front(),
           "the socket is closed with " + std::to_string(open_.size()) +
               " answers unread, this one's first");
  }
  open_.clear();
  lost_.clear();
}

}  // namespace cttimeout::check
