// One world: devices that write and meet at random, and hold the same in the end.
#pragma once

#include <cstdint>
#include <string>

namespace interop {

struct WorldOptions {
    int port;
    // Realms of one server need names of their own.
    std::string partition;
    // A folder for the devices' files, which must be there and empty.
    std::string folder;
    uint64_t seed;
    size_t devices;
    // How many of them are ours, the last ones; the others are realm-core.
    size_t own_devices;
    // Lets the server trim the history, then begins with the baseline. The server keeps a history for MAX_OFFLINE.
    bool is_trimmed;
};

// Empty if all went well, else what went wrong.
std::string run_world(const WorldOptions& options);

} // namespace interop
