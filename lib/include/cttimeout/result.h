// Result<T>: a value or an Error. No exceptions and no out-parameters cross this API.
#pragma once

#include <tl/expected.hpp>

#include "cttimeout/error.h"

namespace cttimeout {

template <class T>
using Result = tl::expected<T, Error>;

}  // namespace cttimeout
