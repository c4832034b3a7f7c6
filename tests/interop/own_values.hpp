// The model on the C interface.
#pragma once

#include <memory>
#include <string>

#include "model.hpp"

extern "C" {
#include "check.h"
}

namespace interop {

// Points into `value`.
realm_value_t own_value(const Value& value);
// A handle becomes the pointer's.
std::shared_ptr<Object> own_object(realm_t* realm, realm_object_t* handle);

} // namespace interop
