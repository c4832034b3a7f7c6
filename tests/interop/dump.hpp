// All that an application can see in a device, in words that can be compared.
#pragma once

#include <map>
#include <string>

#include "model.hpp"

namespace interop {

// By object; of objects without a key, by what they hold.
using State = std::map<std::string, std::string>;

State state_of(Device& device);
// What differs, a line each; nothing if they are the same.
std::string differences(const State& expected, const State& actual);

} // namespace interop
