// What a device can do, whoever it is of: the random operations and the dump are written once, on these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace interop {

class Object;
class List;
class Dictionary;

// Mixed is only the type of a property; Null, List and Dictionary are only those of a value.
enum class Kind {
    Null, Int, Bool, String, Binary, Timestamp, Float, Double, Decimal, ObjectId, Uuid, Mixed, Link, Embedded, List, Dictionary,
};

struct Value {
    Kind kind = Kind::Null;
    // The integer, the boolean, or the seconds of a timestamp.
    int64_t integer = 0;
    int32_t nanoseconds = 0;
    double number = 0;
    // Of strings, binaries, decimals (BID, the lowest byte first), object ids and UUIDs.
    std::string bytes;
    // Of links and embedded objects.
    std::shared_ptr<Object> object;
    std::shared_ptr<List> list;
    std::shared_ptr<Dictionary> dictionary;

    static Value of_int(int64_t integer) { return with_integer(Kind::Int, integer); }
    static Value of_bool(bool boolean) { return with_integer(Kind::Bool, boolean); }
    static Value of_timestamp(int64_t seconds, int32_t nanoseconds)
    {
        Value value = with_integer(Kind::Timestamp, seconds);
        value.nanoseconds = nanoseconds;
        return value;
    }
    // A Float or a Double.
    static Value of_number(Kind kind, double number)
    {
        Value value;
        value.kind = kind;
        value.number = number;
        return value;
    }
    static Value of_bytes(Kind kind, std::string bytes)
    {
        Value value;
        value.kind = kind;
        value.bytes = std::move(bytes);
        return value;
    }
    static Value of_string(std::string characters) { return of_bytes(Kind::String, std::move(characters)); }
    // A Link or an Embedded.
    static Value of_object(Kind kind, std::shared_ptr<Object> object)
    {
        Value value;
        value.kind = kind;
        value.object = std::move(object);
        return value;
    }
    static Value of_list(std::shared_ptr<List> list)
    {
        Value value;
        value.kind = Kind::List;
        value.list = std::move(list);
        return value;
    }
    static Value of_dictionary(std::shared_ptr<Dictionary> dictionary)
    {
        Value value;
        value.kind = Kind::Dictionary;
        value.dictionary = std::move(dictionary);
        return value;
    }

private:
    static Value with_integer(Kind kind, int64_t integer)
    {
        Value value;
        value.kind = kind;
        value.integer = integer;
        return value;
    }
};

class List {
public:
    virtual ~List() = default;
    virtual size_t size() const = 0;
    virtual Value get(size_t index) const = 0;
    virtual void insert(size_t index, const Value& value) = 0;
    virtual void set(size_t index, const Value& value) = 0;
    // `kind` is List or Dictionary, in a list of mixed.
    virtual void insert_collection(size_t index, Kind kind) = 0;
    // In a list of embedded objects.
    virtual void insert_embedded(size_t index) = 0;
    virtual void set_embedded(size_t index) = 0;
    virtual void erase(size_t index) = 0;
    virtual void move(size_t from, size_t to) = 0;
    virtual void clear() = 0;
};

class Set {
public:
    virtual ~Set() = default;
    virtual size_t size() const = 0;
    virtual Value get(size_t index) const = 0;
    virtual void insert(const Value& value) = 0;
    virtual void erase(const Value& value) = 0;
    virtual void clear() = 0;
};

class Dictionary {
public:
    virtual ~Dictionary() = default;
    virtual size_t size() const = 0;
    virtual std::pair<std::string, Value> entry(size_t index) const = 0;
    virtual bool has(const char* key) const = 0;
    // Of a key that is there.
    virtual Value get(const char* key) const = 0;
    virtual void set(const char* key, const Value& value) = 0;
    virtual void set_collection(const char* key, Kind kind) = 0;
    virtual void erase(const char* key) = 0;
    virtual void clear() = 0;
};

class Object {
public:
    virtual ~Object() = default;
    virtual std::string class_name() const = 0;
    virtual Value get(const char* property) const = 0;
    virtual void set(const char* property, const Value& value) = 0;
    virtual void add(const char* property, int64_t summand) = 0;
    // Of a property that is a collection; what a mixed property holds comes with its value.
    virtual std::shared_ptr<List> list(const char* property) const = 0;
    virtual std::shared_ptr<Set> set_of(const char* property) const = 0;
    virtual std::shared_ptr<Dictionary> dictionary(const char* property) const = 0;
    virtual void set_collection(const char* property, Kind kind) = 0;
    virtual std::shared_ptr<Object> set_embedded(const char* property) = 0;
    virtual void erase() = 0;
};

// What it hands out ends with the transaction.
class Device {
public:
    virtual ~Device() = default;
    virtual void start() = 0;
    virtual void stop() = 0;
    // Uploads all and downloads all; false if the session failed.
    virtual bool synchronise() = 0;
    virtual void begin() = 0;
    virtual void commit() = 0;
    // Looks at the newest state, outside of a write.
    virtual void look() = 0;
    virtual size_t count(const char* class_name) = 0;
    virtual std::shared_ptr<Object> object_at(const char* class_name, size_t index) = 0;
    // Null if there is none.
    virtual std::shared_ptr<Object> find(const char* class_name, const Value& key) = 0;
    virtual std::shared_ptr<Object> create(const char* class_name, const Value& key) = 0;
    virtual std::shared_ptr<Object> create_without_key(const char* class_name) = 0;
};

} // namespace interop
