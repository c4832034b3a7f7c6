#include "world.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "core_device.hpp"
#include "dump.hpp"
#include "own_device.hpp"
#include "random.hpp"
#include "walk.hpp"

namespace interop {
namespace {

// The server looks for history to trim once a second, and keeps two seconds of it (ci/interop): the server's own clock.
constexpr auto UNTIL_AWAY_TOO_LONG = std::chrono::milliseconds(3500);
constexpr auto UNTIL_NEXT_TRIM = std::chrono::milliseconds(1100);
constexpr int TRIMMING_WRITES = 5;
constexpr int AWAY_TOO_LONG = 222;

class World {
public:
    explicit World(const WorldOptions& options);
    std::string run();

private:
    std::string path_of(const std::string& name) const { return m_options.folder + "/" + name + ".realm"; }
    void write(Device& device, size_t steps);
    void write_somewhere();
    // Each device in turn is connected for as long as it takes to exchange everything.
    bool meet(Device& device);
    bool meet_some();
    bool meet_all();
    std::string compare();
    std::string begin_with_baseline();
    std::string begin_as(Device& device, const std::string& name, const State& expected);
    std::string be_refused(CoreDevice& device);

    WorldOptions m_options;
    Random m_random;
    std::vector<std::unique_ptr<Device>> m_devices;
};

World::World(const WorldOptions& options) : m_options(options), m_random(options.seed)
{
    for (size_t at = 0; at < options.devices; ++at) {
        const std::string path = path_of("device" + std::to_string(at));
        if (at + options.own_devices < options.devices)
            m_devices.push_back(open_core_device(path, options.port, options.partition));
        else
            m_devices.push_back(open_own_device(path, options.port, options.partition));
        make_first_objects(*m_devices.back());
    }
}

void World::write(Device& device, size_t steps)
{
    device.begin();
    Walk walk(m_random, device);
    for (size_t at = 0; at < steps; ++at)
        walk.step();
    device.commit();
}

void World::write_somewhere()
{
    for (const auto& device : m_devices) {
        const size_t writes = m_random.below(5);
        for (size_t at = 0; at < writes; ++at)
            write(*device, 1 + m_random.below(6));
    }
}

bool World::meet(Device& device)
{
    device.start();
    const bool is_done = device.synchronise();
    device.stop();
    return is_done;
}

bool World::meet_some()
{
    std::vector<size_t> order;
    for (size_t at = 0; at < m_devices.size(); ++at)
        order.push_back(at);
    std::shuffle(order.begin(), order.end(), m_random.engine());
    for (size_t at : order) {
        if (!m_random.percent(30) && !meet(*m_devices[at]))
            return false;
    }
    return true;
}

// The second time each gets what the ones behind it brought.
bool World::meet_all()
{
    for (int pass = 0; pass < 2; ++pass) {
        for (const auto& device : m_devices) {
            if (!meet(*device))
                return false;
        }
    }
    return true;
}

std::string World::compare()
{
    const State first = state_of(*m_devices[0]);
    for (size_t at = 1; at < m_devices.size(); ++at) {
        const std::string found = differences(first, state_of(*m_devices[at]));
        if (!found.empty())
            return "device " + std::to_string(at) + " is not as device 0\n" + found;
    }
    return "";
}

std::string World::begin_as(Device& device, const std::string& name, const State& expected)
{
    make_first_objects(device);
    if (!meet(device))
        return name + " could not begin with the baseline\n";
    const std::string found = differences(expected, state_of(device));
    return found.empty() ? "" : name + " began with another state\n" + found;
}

// A device that missed what is trimmed: without that there was no baseline to begin with.
std::string World::be_refused(CoreDevice& device)
{
    write(device, 1);
    device.start();
    device.synchronise();
    device.stop();
    if (device.error_number() == AWAY_TOO_LONG)
        return "";
    return "the server did not trim: the device that was away got " + std::to_string(device.error_number()) + ", not 222\n";
}

std::string World::begin_with_baseline()
{
    const auto open_core = [this](const char* name) { return open_core_device(path_of(name), m_options.port, m_options.partition); };
    std::this_thread::sleep_for(UNTIL_AWAY_TOO_LONG);
    const auto writer = open_core("writer");
    make_first_objects(*writer);
    writer->start();
    bool is_done = writer->synchronise();
    for (int at = 0; at < TRIMMING_WRITES && is_done; ++at) {
        std::this_thread::sleep_for(UNTIL_NEXT_TRIM);
        write(*writer, 2);
        is_done = writer->synchronise();
    }
    writer->stop();
    if (!is_done)
        return "the writer failed\n";
    const State expected = state_of(*writer);
    std::string wrong = begin_as(*open_core("new_core"), "a new realm-core", expected);
    if (wrong.empty())
        wrong = begin_as(*open_own_device(path_of("new_own"), m_options.port, m_options.partition), "a new device of ours", expected);
    if (wrong.empty())
        wrong = be_refused(dynamic_cast<CoreDevice&>(*m_devices[0]));
    return wrong;
}

std::string World::run()
{
    const size_t rounds = 1 + m_random.below(3);
    for (size_t round = 0; round < rounds; ++round) {
        write_somewhere();
        if (!meet_some())
            return "a session failed\n";
    }
    if (!meet_all())
        return "a session failed in the end\n";
    std::string wrong = compare();
    if (wrong.empty() && m_options.is_trimmed)
        wrong = begin_with_baseline();
    return wrong;
}

} // namespace

std::string run_world(const WorldOptions& options)
{
    return World(options).run();
}

} // namespace interop
