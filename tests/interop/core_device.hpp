// A device that is realm-core: its database, its sync client, its socket.
#pragma once

#include <memory>
#include <string>

#include "model.hpp"

namespace interop {

// A Device that also says what its session failed with.
class CoreDevice : public Device {
public:
    // The number of the last error of its session; 0 without one.
    virtual int error_number() const = 0;
};

std::unique_ptr<CoreDevice> open_core_device(const std::string& path, int port, const std::string& partition);

} // namespace interop
