// The model on realm-core's own objects.
#pragma once

#include <realm/dictionary.hpp>
#include <realm/list.hpp>
#include <realm/obj.hpp>
#include <realm/set.hpp>

#include "model.hpp"

namespace interop {

constexpr const char* CORE_PREFIX = "class_";

// Points into `value`.
realm::Mixed core_mixed(const Value& value, bool is_mixed);

class CoreObject final : public Object {
public:
    explicit CoreObject(realm::Obj object) : m_object(object) {}
    const realm::Obj& object() const { return m_object; }

    std::string class_name() const override;
    Value get(const char* property) const override;
    void set(const char* property, const Value& value) override;
    void add(const char* property, int64_t summand) override;
    std::shared_ptr<List> list(const char* property) const override;
    std::shared_ptr<Set> set_of(const char* property) const override;
    std::shared_ptr<Dictionary> dictionary(const char* property) const override;
    void set_collection(const char* property, Kind kind) override;
    std::shared_ptr<Object> set_embedded(const char* property) override;
    void erase() override;

private:
    realm::ColKey column(const char* property) const;

    realm::Obj m_object;
};

} // namespace interop
