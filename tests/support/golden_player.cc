// Plays a golden file onto a machine: does again what was recorded and compares what comes of it.
#include "support/golden_player.h"

#include <map>

#include "support/golden_text.h"
#include "support/port_names.h"
#include "support/recording_ground.h"

namespace cttimeout::test {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::size_t max_buffer = std::size_t{1} << 20;

// Where a socket's port id is needed, it is the one that this run gave it.
class Player {
 public:
  explicit Player(Machine& machine) : recorder_(machine) { enter(1); }
  // The sockets first: they must not outlive their grounds.
  ~Player() { sockets_.clear(); }
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  /// Does the operation again. False if it is none.
  bool perform(const std::string& operation);
  [[nodiscard]] const Steps& steps() const { return recorder_.steps(); }

 private:
  bool enter(std::size_t number);
  bool on_ground(const Words& words);
  bool on_sysctl(const Words& words);
  bool on_socket(NetlinkSocket& socket, const Words& words);
  bool on_options(NetlinkSocket& socket, const Words& words);
  bool send(NetlinkSocket& socket, Words words);
  bool receive(NetlinkSocket& socket, const Words& words);
  bool bind_or_connect(NetlinkSocket& socket, const Words& words);

  RecordingMachine recorder_;
  std::vector<std::unique_ptr<Ground>> grounds_;
  Ground* ground_ = nullptr;
  std::map<std::string, std::unique_ptr<NetlinkSocket>, std::less<>> sockets_;
};

bool Player::perform(const std::string& operation) {
  const Words words = split(operation);
  if (words.empty()) return false;
  const std::string_view verb = words[0];
  if (verb == "hz") return ground_->hz() != 0;
  if (words.size() < 2) return false;
  if (verb == "socket") {
    return sockets_.insert_or_assign(std::string(words[1]), ground_->socket()).second;
  }
  if (verb == "close") return sockets_.erase(std::string(words[1])) == 1;
  if (verb == "sysctl") return on_sysctl(words);
  const auto socket = sockets_.find(words[1]);
  return socket != sockets_.end() ? on_socket(*socket->second, words) : on_ground(words);
}

bool Player::enter(std::size_t number) {
  if (number == grounds_.size() + 1) grounds_.push_back(recorder_.new_ground());
  if (number == 0 || number > grounds_.size()) return false;
  ground_ = grounds_[number - 1].get();
  return true;
}

bool Player::on_ground(const Words& words) {
  if (words[0] == "namespace") return enter(number_of<std::size_t>(words[1]).value_or(0));
  if (words[0] == "capable") {
    ground_->set_capable(words[1] == "1");
    return true;
  }
  const std::optional<std::string> policy = out_of_quotes(words[1]);
  if (!policy) return false;
  if (words[0] == "release") {
    ground_->release(*policy);
    return true;
  }
  if (words[0] != "hold") return false;
  static_cast<void>(ground_->hold(*policy));
  return true;
}

bool Player::on_sysctl(const Words& words) {
  const auto name = words.size() > 2 ? out_of_quotes(words[2]) : std::nullopt;
  if (!name) return false;
  if (words[1] == "read") {
    static_cast<void>(ground_->read_sysctl(*name));
    return true;
  }
  const auto text = words.size() > 3 ? out_of_quotes(words[3]) : std::nullopt;
  if (!text) return false;
  static_cast<void>(ground_->write_sysctl(*name, *text));
  return true;
}

bool Player::on_socket(NetlinkSocket& socket, const Words& words) {
  const std::string_view verb = words[0];
  if (verb == "bind" || verb == "connect") return bind_or_connect(socket, words);
  if (verb == "send") return send(socket, words);
  if (verb == "recv") return receive(socket, words);
  if (verb == "setsockopt" || verb == "getsockopt") return on_options(socket, words);
  if (verb == "name") {
    static_cast<void>(socket.name());
  } else if (verb == "peer") {
    static_cast<void>(socket.peer());
  } else if (verb == "poll") {
    static_cast<void>(socket.poll());
  } else if (verb == "memory") {
    static_cast<void>(socket.memory());
  } else {
    return false;
  }
  return true;
}

bool Player::bind_or_connect(NetlinkSocket& socket, const Words& words) {
  const auto address = words.size() == 3 ? recorder_.names().address(words[2]) : std::nullopt;
  if (!address) return false;
  static_cast<void>(words[0] == "bind" ? socket.bind(*address) : socket.connect(*address));
  return true;
}

// send A [to ADDRESS] [FLAGS] BYTES
bool Player::send(NetlinkSocket& socket, Words words) {
  std::optional<NetlinkAddress> to;
  if (words.size() > 4 && words[2] == "to") {
    to = recorder_.names().address(words[3]);
    if (!to) return false;
    words.erase(words.begin() + 2, words.begin() + 4);
  }
  if (words.size() < 3) return false;
  const auto flags = words.size() == 4 ? flags_of(words[2]) : 0;
  const auto datagram = bytes_of(words.back());
  if (!flags || !datagram) return false;
  static_cast<void>(socket.send(*datagram, to, *flags));
  return true;
}

// recv A SIZE [FLAGS]
bool Player::receive(NetlinkSocket& socket, const Words& words) {
  if (words.size() < 3) return false;
  const std::size_t size = number_of<std::size_t>(words[2]).value_or(max_buffer + 1);
  const auto flags = words.size() == 4 ? flags_of(words[3]) : 0;
  if (!flags || size > max_buffer) return false;
  Bytes buffer(size);
  static_cast<void>(socket.receive(buffer, *flags));
  return true;
}

bool Player::on_options(NetlinkSocket& socket, const Words& words) {
  if (words.size() != 5) return false;
  const auto level = number_of<int>(words[2]);
  const auto option = number_of<int>(words[3]);
  if (!level || !option) return false;
  if (words[0] == "setsockopt") {
    const auto value = bytes_of(words[4]);
    if (value) static_cast<void>(socket.set_option(*level, *option, *value));
    return value.has_value();
  }
  const std::size_t size = number_of<std::size_t>(words[4]).value_or(max_buffer + 1);
  if (size > max_buffer) return false;
  Bytes value(size);
  static_cast<void>(socket.get_option(*level, *option, value));
  return true;
}

}  // namespace

std::optional<std::string> play(const Steps& recorded, Machine& machine) {
  Player player(machine);
  std::size_t compared = 0;
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const std::string& operation = recorded[i].operation;
    const std::string where = "line " + std::to_string(recorded[i].line) + ": ";
    if (!player.perform(operation)) return where + "not an operation: " + operation;
    for (; compared < player.steps().size() && compared <= i; ++compared) {
      const std::string now = player.steps()[compared].text();
      if (now != recorded[compared].text()) return difference(recorded[compared], now);
    }
    // To enter a namespace again is written down only with what is done there.
    const bool late = operation.starts_with("namespace");
    if (!late && compared != i + 1) return where + "not done as written: " + operation;
  }
  return std::nullopt;
}

}  // namespace cttimeout::test
