// MessageGate: looks into what a UNIX socket brings before a program receives it.
#include "messages/message_gate.h"

#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <string>

#include "calls/wait_limit.h"
#include "messages/unix_message.h"
#include "say_once.h"

namespace cttimeout::tools::wrapper {
namespace {

int message_flags(const seccomp_notif& call) {
  return static_cast<int>(call.data.args[call.data.nr == SYS_recvmmsg ? 3 : 2]);
}

void say_what_was_refused(const seccomp_notif& call, Passage::Kind why) {
  const std::string who = "process " + std::to_string(call.pid);
  if (why == Passage::Kind::forbidden) {
    say_once(who + " was sent a netfilter socket of the real kernel, which is not let in: EPERM");
  } else {
    say_once(
        who +
        " may not receive from a UNIX socket in a way in which a netfilter socket of the "
        "real kernel could come unseen (recvmmsg, MSG_WAITALL, SO_RCVLOWAT, SO_PEEK_OFF): EPERM");
  }
}

}  // namespace

void MessageGate::receive(const seccomp_notif& notice, std::shared_ptr<const Caller> caller,
                          Descriptor copy) {
  Waiting call{
      .notice = notice, .caller = std::move(caller), .copy = std::move(copy), .gives_up = {}};
  if (pass(call)) return;
  if (never_waits(call.copy.number(), message_flags(notice))) return finish(call, -EAGAIN);
  call.gives_up = wait_limit(call.copy.number(), SO_RCVTIMEO);
  wait(std::move(call));
}

bool MessageGate::pass(Waiting& call) const {
  const Passage passage = look_at_message(call.notice, *call.caller, call.copy.number());
  switch (passage.kind) {
    case Passage::Kind::waits:
      return false;
    case Passage::Kind::native:
      let_through(call);
      return true;
    case Passage::Kind::fails:
      finish(call, -passage.error);
      return true;
    case Passage::Kind::forbidden:
      drop_message(call.copy.number());
      break;
    case Passage::Kind::unclear:
      break;
  }
  say_what_was_refused(call.notice, passage.kind);
  finish(call, -EPERM);
  return true;
}

// The program goes on at once, and may close its own descriptor, which has to be the last.
void MessageGate::let_through(Waiting& call) const {
  call.copy = Descriptor();
  listener_.let_through(call.notice.id);
}

void MessageGate::finish(Waiting& call, std::int64_t result) const {
  call.copy = Descriptor();
  [[maybe_unused]] const bool there = listener_.reply(call.notice.id, result);
}

void MessageGate::wait(Waiting call) {
  const auto thread = static_cast<pid_t>(call.notice.pid);
  const bool watched = events_.watch(call.copy.number(), EPOLLIN | EPOLLRDHUP | EPOLLONESHOT,
                                     Events::Source::message, static_cast<std::uint32_t>(thread));
  if (watched) {
    waiting_.emplace(thread, std::move(call));
  } else {
    finish(call, -ENOMEM);
  }
}

void MessageGate::arrived(pid_t thread, bool ended) {
  const auto found = waiting_.find(thread);
  if (found == waiting_.end()) return;
  Waiting call = std::move(found->second);
  events_.forget(call.copy.number());
  waiting_.erase(found);
  if (!listener_.waits(call.notice.id)) return;
  if (pass(call)) return;
  ended ? let_through(call) : wait(std::move(call));
}

// The epoll keeps what it watches for as long as anybody has it open, the program not least.
void MessageGate::forget(pid_t thread) {
  const auto found = waiting_.find(thread);
  if (found == waiting_.end()) return;
  events_.forget(found->second.copy.number());
  waiting_.erase(found);
}

std::optional<Events::Clock::time_point> MessageGate::first_due() const {
  std::optional<Events::Clock::time_point> first;
  for (const auto& [thread, call] : waiting_) {
    if (call.gives_up && (!first || *call.gives_up < *first)) first = call.gives_up;
  }
  return first;
}

void MessageGate::look_after(Events::Clock::time_point now) {
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    const auto& [thread, call] = *next++;
    const std::uint64_t id = call.notice.id;
    const bool due = call.gives_up && *call.gives_up <= now;
    if (!due && listener_.waits(id)) continue;
    forget(thread);
    [[maybe_unused]] const bool there = due && listener_.reply(id, -EAGAIN);
  }
}

}  // namespace cttimeout::tools::wrapper
