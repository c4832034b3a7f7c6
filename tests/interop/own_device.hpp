// A device that is this library, through its C interface.
#pragma once

#include <memory>
#include <string>

#include "model.hpp"

namespace interop {

std::unique_ptr<Device> open_own_device(const std::string& path, int port, const std::string& partition);

} // namespace interop
