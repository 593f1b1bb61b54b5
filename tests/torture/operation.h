// The operations of Client, in a form in which each can be failed at every step.
#pragma once

#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "cttimeout/client.h"

namespace cttimeout::test {

/// Everything that an operation could change, as text: each policy by its name, defaults as
/// "default PROTOCOL".
using State = std::map<std::string, std::string>;

/// Reads it; the kernel must be well.
[[nodiscard]] State read_state(Client& client);

/// What one run of an operation gave.
struct Outcome {
  std::vector<Result<void>> results;  ///< one for each of Operation::subjects
  std::string read = {};              ///< what it read, as text; empty if it failed
};

struct Operation {
  std::string name;
  std::vector<std::string> subjects;  ///< the entry of State that each result speaks of; "": all
  std::function<Outcome(Client&)> run;

  friend std::ostream& operator<<(std::ostream& out, const Operation& operation) {
    return out << operation.name;
  }
};

/// Every operation of Client, each on what populate() has made.
[[nodiscard]] const std::vector<Operation>& operations();

/// Makes the policies that the operations are about, and so many that a list has several parts.
void populate(Client& client);

/// Whether `results` say truthfully what became of `before`: a success has made its part of
/// `after` true, an error of known outcome has left its part of `before`, any other error has done
/// either. Empty if so, else what is wrong.
[[nodiscard]] std::string lie(const Operation& operation, const std::vector<Result<void>>& results,
                              const State& before, const State& after, const State& now);

}  // namespace cttimeout::test
