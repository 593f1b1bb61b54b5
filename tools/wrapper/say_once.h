// What fake-kernel itself has to say while programs run, each sentence once.
#pragma once

#include <string>

namespace cttimeout::tools::wrapper {

/// Writes "fake-kernel: SENTENCE" to stderr, unless it was written already.
void say_once(const std::string& sentence);

}  // namespace cttimeout::tools::wrapper
