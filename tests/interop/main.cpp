// Runs worlds against a server that is there: `interop PORT FROM TO DEVICES OWN [trimmed]`, the seeds from FROM up to, without, TO.
// The last line is the result, and each world that fails is named before it.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <string>

#include "world.hpp"

namespace {

std::filesystem::path make_folder()
{
    // Durability is not what these test.
    std::string pattern = (std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp") + std::string("/realm-interop-XXXXXX");
    if (mkdtemp(pattern.data()) == nullptr) {
        std::perror("mkdtemp");
        std::exit(2);
    }
    return pattern;
}

std::string run(const interop::WorldOptions& options)
{
    try {
        return interop::run_world(options);
    }
    catch (const std::exception& error) {
        return std::string(error.what()) + "\n";
    }
}

} // namespace

int main(int count, char** arguments)
{
    if (count < 6) {
        std::fprintf(stderr, "usage: %s PORT FROM TO DEVICES OWN [trimmed]\n", arguments[0]);
        return 2;
    }
    interop::WorldOptions options = {};
    options.port = std::atoi(arguments[1]);
    const uint64_t from = std::strtoull(arguments[2], nullptr, 10);
    const uint64_t to = std::strtoull(arguments[3], nullptr, 10);
    options.devices = std::strtoull(arguments[4], nullptr, 10);
    options.own_devices = std::strtoull(arguments[5], nullptr, 10);
    options.is_trimmed = count > 6 && std::strcmp(arguments[6], "trimmed") == 0;

    uint64_t failed = 0;
    for (uint64_t seed = from; seed < to; ++seed) {
        const std::filesystem::path folder = make_folder();
        options.seed = seed;
        options.folder = folder;
        options.partition = "/" + folder.filename().string();
        // A crash says nothing more.
        std::fprintf(stderr, "world %llu\n", static_cast<unsigned long long>(seed));
        const std::string wrong = run(options);
        if (!wrong.empty()) {
            ++failed;
            std::printf("world %llu failed: %s", static_cast<unsigned long long>(seed), wrong.c_str());
        }
        std::filesystem::remove_all(folder);
    }
    std::printf("%llu worlds of %zu devices, %zu of them ours%s: %llu failed\n", static_cast<unsigned long long>(to - from),
                options.devices, options.own_devices, options.is_trimmed ? ", trimmed" : "", static_cast<unsigned long long>(failed));
    return failed == 0 ? 0 : 1;
}
