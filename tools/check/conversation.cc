// The requests of one socket that wait for a reply, and what is wrong with how they are read.
#include "check/conversation.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>

#include <algorithm>
#include <cerrno>

namespace cttimeout::tools::check {
namespace {

// af_netlink.c: what the first part of a dump may hold, and the largest that any may.
constexpr std::size_t smallest_part = 3776;
constexpr std::size_t largest_part = 32448;

bool reads_back(const Message& message) {
  return message.command() == IPCTNL_MSG_TIMEOUT_GET ||
         message.command() == IPCTNL_MSG_TIMEOUT_DEFAULT_GET;
}

/// Only this endpoint's types, and what ends a reply.
bool is_reply(const Message& message) {
  return message.type() == NLMSG_ERROR || message.type() == NLMSG_DONE || message.is_ours();
}

}  // namespace

void Conversation::report(const Rule& broken, const Exchange& exchange, std::string text) {
  findings_.add({.rule = &broken,
                 .datagram = exchange.datagram,
                 .message = exchange.message,
                 .path = type_name(exchange.type),
                 .offset = exchange.offset,
                 .text = std::move(text)});
}

const Conversation::Exchange* Conversation::dump() const {
  return dumps_.empty() ? nullptr : &open_.at(*dumps_.begin());
}

Conversation::Exchanges::iterator Conversation::find(std::uint32_t sequence) {
  const auto found = numbers_.find(sequence);
  return found == numbers_.end() ? open_.end() : open_.find(found->second.front());
}

void Conversation::asked(const Message& message, std::size_t datagram) {
  const Exchange exchange{.sequence = message.sequence(),
                          .type = message.type(),
                          .end = message.is_dump()                                ? End::done
                                 : message.has(NLM_F_ACK) || !reads_back(message) ? End::ack
                                                                                  : End::object,
                          .datagram = datagram,
                          .message = message.index,
                          .offset = message.offset};
  last_object_.reset();
  ask_again(message);
  const auto same = find(exchange.sequence);
  // The replies to one datagram come in the order of its messages.
  if (same != open_.end() && same->second.datagram != datagram) {
    report(rule("C-SEQ-REUSE"), exchange,
           "nlmsg_seq " + std::to_string(exchange.sequence) + " is that of message " +
               std::to_string(same->second.message) + " (" + type_name(same->second.type) +
               "), which is not answered yet");
  }
  if (const Exchange* const pending = dump(); pending != nullptr && exchange.end == End::done) {
    report(rule("C-DUMP-BUSY"), exchange,
           "the dump of message " + std::to_string(pending->message) + " is not read to its end");
  }
  if (!message.has(NLM_F_ACK) && !reads_back(message)) return;
  open_.emplace(next_, exchange);
  numbers_[exchange.sequence].push_back(next_);
  if (exchange.end == End::done) dumps_.insert(next_);
  ++next_;
}

// A program that reads back, or repeats the request, has not ignored the loss.
void Conversation::ask_again(const Message& message) {
  if (reads_back(message)) {
    lost_.clear();
  } else {
    lost_.erase(message.type());
  }
}

// If the system call does not tell, the last header does: it claims more than there is.
bool Conversation::is_cut(const Received& received) {
  const Bytes rest = split_messages(received.bytes, 0).rest;
  return received.truncated || load<std::uint32_t>(rest, 0) > rest.size();
}

void Conversation::received(const Received& received) {
  if (received.error == ENOBUFS) return lose_all();
  if (received.error != 0) return;
  const auto found = find(load<std::uint32_t>(received.bytes, 8));
  const bool cut = is_cut(received);
  if (cut && !received.peek && found != open_.end()) {
    report(rule("C-READ-CUT"), found->second,
           "its reply was cut to the " + std::to_string(received.buffer_size) +
               " bytes of the buffer");
  } else if (!received.peek) {
    check_buffer(received);
  }
  largest_buffer_ = std::max(largest_buffer_, received.buffer_size);
  if (received.peek) return;
  last_object_.reset();
  // The first header of a cut datagram still says what the datagram was.
  if (cut && received.bytes.size() >= header_size) {
    replied({.index = 0, .offset = 0, .bytes = received.bytes, .padding = {}});
  }
  for (const Message& reply : split_messages(received.bytes, 0).messages) replied(reply);
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

void Conversation::replied(const Message& reply) {
  if (is_reply(reply) && !sequences_.contains(reply.sequence())) ++stray_replies_;
  const auto found = find(reply.sequence());
  if (found == open_.end()) return;
  Exchange& exchange = found->second;
  const bool ends = reply.type() == NLMSG_ERROR || reply.type() == NLMSG_DONE;
  if (!ends && exchange.end != End::done && reply.has(NLM_F_MULTI)) exchange.multi = true;
  if (!ends && exchange.end != End::object) return;
  if (exchange.multi && reply.type() != NLMSG_DONE) last_object_ = exchange;
  end(found);
}

void Conversation::end(Exchanges::iterator exchange) {
  const auto numbers = numbers_.find(exchange->second.sequence);
  numbers->second.pop_front();
  if (numbers->second.empty()) numbers_.erase(numbers);
  dumps_.erase(exchange->first);
  open_.erase(exchange);
}

void Conversation::lose_all() {
  for (auto it = open_.lower_bound(first_kept_); it != open_.end(); ++it) {
    it->second.lost = true;
    lost_[it->second.type].insert(*it);
  }
  first_kept_ = next_;
}

void Conversation::waits(bool polled) {
  if (!last_object_ || !open_.empty() || (polled && last_object_->end == End::ack)) return;
  report(rule("C-READ-DONE"), *last_object_,
         "its whole reply was read, and the program waits for more until its end");
  last_object_.reset();
}

void Conversation::closed() {
  // Replies that the ENOBUFS could have dropped; those that came later were not. A dump lacks a
  // part.
  Exchanges lost;
  for (const auto& [type, exchanges] : lost_) {
    for (const auto& entry : exchanges) {
      if (entry.second.end == End::done || open_.contains(entry.first)) lost.insert(entry);
    }
  }
  if (!lost.empty()) {
    report(rule("C-READ-ENOBUFS"), lost.begin()->second,
           "replies are missing after ENOBUFS (" + std::to_string(lost.size()) +
               ", this is the first), and nothing was asked again");
  }
  std::erase_if(open_, [](const auto& entry) { return entry.second.lost; });
  if (!open_.empty()) {
    report(rule("C-READ-UNREAD"), open_.begin()->second,
           "the socket is closed with replies unread (" + std::to_string(open_.size()) +
               ", this is the first)");
  }
  lose_track();
}

void Conversation::lose_track() {
  open_.clear();
  numbers_.clear();
  dumps_.clear();
  lost_.clear();
  last_object_.reset();
}

}  // namespace cttimeout::tools::check
