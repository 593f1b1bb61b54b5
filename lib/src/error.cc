// Errors in words.

#include "cttimeout/error.h"

#include <cstring>

namespace cttimeout {

std::string_view to_string(Origin origin) {
  switch (origin) {
    case Origin::request:
      return "request";
    case Origin::transport:
      return "transport";
    case Origin::reply:
      return "reply";
    case Origin::kernel:
      return "kernel";
  }
  return "unknown origin";
}

std::string_view to_string(Errc what) {
  switch (what) {
    case Errc::name_empty:
      return "policy name is empty";
    case Errc::name_too_long:
      return "policy name is too long";
    case Errc::name_has_control_byte:
      return "policy name has a control character";
    case Errc::slot_unknown:
      return "protocol has no such slot";
    case Errc::timeout_out_of_range:
      return "timeout is out of range";
    case Errc::text_malformed:
      return "text is malformed";
    case Errc::limit_unusable:
      return "limit of the client is unusable";
    case Errc::not_sent:
      return "request was not sent";
    case Errc::receive_failed:
      return "reply could not be received";
    case Errc::timed_out:
      return "no reply in time";
    case Errc::reply_lost:
      return "the reply was lost, and the request has not taken effect";
    case Errc::open_failed:
      return "socket could not be opened";
    case Errc::truncated:
      return "reply is larger than the buffer";
    case Errc::malformed:
      return "reply is malformed";
    case Errc::too_many_datagrams:
      return "reply did not end within the limit";
    case Errc::dump_interrupted:
      return "list changed while it was read";
    case Errc::refused:
      return "request was refused";
  }
  return "unknown error";
}

std::string to_string(const Error& error) {
  std::string text(to_string(error.origin));
  text += ": ";
  text += to_string(error.what);
  if (error.code != 0) {
    const char* name = strerrorname_np(error.code);
    const char* sentence = strerrordesc_np(error.code);
    text += ": ";
    text += sentence == nullptr ? "unknown errno" : sentence;
    text += " (" + (name == nullptr ? std::to_string(error.code) : std::string(name)) + ")";
  }
  if (!error.detail.empty()) {
    text += ": ";
    text += error.detail.view();
  }
  if (error.offset) text += " (at byte " + std::to_string(*error.offset) + " of the message)";
  return text;
}

}  // namespace cttimeout
