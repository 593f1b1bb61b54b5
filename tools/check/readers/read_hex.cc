// Text that holds bytes: which of the forms it is written in.
#include "check/readers/text_forms.h"

namespace cttimeout::check {

ReadResult read_hex(std::string_view text) {
  if (is_hex_dump(text)) return read_hex_dump(text);
  return is_source(text) ? read_source(text) : read_hex_lines(text);
}

}  // namespace cttimeout::check
