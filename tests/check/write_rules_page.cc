// write_rules_page: generates RULES.md anew, in its place, after a change of rules.h.
#include <fstream>
#include <iterator>

#include "rules_page.h"

int main() {
  std::ifstream old(RULES_PATH);
  const std::string page{std::istreambuf_iterator<char>(old), {}};
  std::ofstream(RULES_PATH) << cttimeout::tools::check::rules_page(page);
}
