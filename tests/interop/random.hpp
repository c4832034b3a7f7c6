// The choices of a world: the same seed chooses the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

namespace interop {

class Random {
public:
    explicit Random(uint64_t seed) : m_engine(seed) {}
    // 0 where there is nothing to choose from.
    size_t below(size_t limit) { return limit == 0 ? 0 : size_t(m_engine() % limit); }
    bool percent(size_t chance) { return below(100) < chance; }
    std::mt19937_64& engine() { return m_engine; }

private:
    std::mt19937_64 m_engine;
};

} // namespace interop
