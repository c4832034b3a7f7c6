// The random operations of a device. What realm-core gets wrong is left out, here or in the devices: docs/INTEROP.md.
#pragma once

#include <functional>

#include "model.hpp"
#include "random.hpp"

namespace interop {

// Makes what every device begins with, so that realm-core does not write outside of its memory.
void make_first_objects(Device& device);

// Operations of one write transaction.
class Walk {
public:
    Walk(Random& random, Device& device) : m_random(random), m_device(device) {}
    // One operation.
    void step();

private:
    using Choice = std::function<Value()>;

    Value any_value();
    Value any_link(const char* class_name);
    const char* any_key();
    Kind any_collection();

    void change_list(List& list, const Choice& choose, bool may_clear);
    void change_set(Set& set, const Choice& choose);
    void change_dictionary(Dictionary& dictionary, const Choice& choose, bool may_clear);
    void change_list_of_mixed(List& list, int depth);
    void change_inside(List& list, int depth);
    void change_dictionary_of_mixed(Dictionary& dictionary, int depth);
    // Changes what the value is a collection of; false if it is none.
    bool change_collection(const Value& value, int depth);

    void change_item(Object& item);
    void change_scalar(Object& item);
    void change_collections(Object& item);
    void change_mixed(Object& item);
    void change_embedded(Object& item);
    void change_parts(List& parts, size_t replace_chance, int depth);
    void change_part(Object& part, int depth);
    void change_part_tree(Object& part, int depth);
    void change_text();
    void change_loose(Object& item);
    void change_every();
    void change_every_scalar(Object& every, const Value& id, const Value& uuid);
    void change_every_collection(Object& every, const Value& uuid);

    Random& m_random;
    Device& m_device;
};

} // namespace interop
