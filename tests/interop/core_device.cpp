#include "core_device.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <iostream>
#include <stdexcept>

#include <realm/db.hpp>
#include <realm/replication.hpp>
#include <realm/sync/client.hpp>
#include <realm/sync/network/default_socket.hpp>
#include <realm/table.hpp>
#include <realm/transaction.hpp>
#include <realm/util/logger.hpp>

#include "core_values.hpp"
#include "schema.hpp"

namespace interop {

// make_unique<realm::sync::ClientReplication>(bool&), as the library has it: no header that comes with it declares the class.
std::unique_ptr<realm::Replication> make_replication(bool& apply_server_changes) __asm__(
    "_ZNSt3__111make_uniqueB8ne180000IN5realm4sync17ClientReplicationEJRbEEENS_11__unique_ifIT_E15__unique_singleEDpOT0_");

namespace {

constexpr auto WAIT_LIMIT = std::chrono::seconds(60);

std::string table_name(const char* class_name)
{
    return std::string(CORE_PREFIX) + class_name;
}

realm::DataType data_type(Kind kind)
{
    switch (kind) {
    case Kind::Int: return realm::type_Int;
    case Kind::Bool: return realm::type_Bool;
    case Kind::String: return realm::type_String;
    case Kind::Binary: return realm::type_Binary;
    case Kind::Timestamp: return realm::type_Timestamp;
    case Kind::Float: return realm::type_Float;
    case Kind::Double: return realm::type_Double;
    case Kind::Decimal: return realm::type_Decimal;
    case Kind::ObjectId: return realm::type_ObjectId;
    case Kind::Uuid: return realm::type_UUID;
    case Kind::Mixed: return realm::type_Mixed;
    case Kind::Link:
    case Kind::Embedded: return realm::type_Link;
    case Kind::Null:
    case Kind::List:
    case Kind::Dictionary: break;
    }
    throw std::logic_error("no type of a property");
}

const Property& key_of(const Class& each)
{
    for (const Property& property : PROPERTIES) {
        if (std::string(property.class_name) == each.name && std::string(property.name) == each.identity)
            return property;
    }
    throw std::logic_error("the schema has no such key");
}

void add_link(realm::Table& table, realm::Table& target, const Property& property)
{
    switch (property.shape) {
    case Shape::Single: table.add_column(target, property.name); break;
    case Shape::List: table.add_column_list(target, property.name); break;
    case Shape::Set: table.add_column_set(target, property.name); break;
    case Shape::Dictionary: table.add_column_dictionary(target, property.name); break;
    }
}

void add_property(realm::Table& table, const Property& property)
{
    const realm::DataType type = data_type(property.kind);
    switch (property.shape) {
    case Shape::Single: table.add_column(type, property.name, property.is_nullable); break;
    case Shape::List: table.add_column_list(type, property.name, property.is_nullable); break;
    case Shape::Set: table.add_column_set(type, property.name, property.is_nullable); break;
    case Shape::Dictionary: table.add_column_dictionary(type, property.name, property.is_nullable); break;
    }
}

void make_schema(realm::DB& database)
{
    const realm::TransactionRef write = database.start_write();
    for (const Class& each : CLASSES) {
        if (each.has_key) {
            const Property& key = key_of(each);
            write->add_table_with_primary_key(table_name(each.name), data_type(key.kind), key.name, key.is_nullable);
        }
        else {
            using Type = realm::Table::Type;
            write->add_table(table_name(each.name), each.is_embedded ? Type::Embedded : Type::TopLevel);
        }
    }
    for (const Property& property : PROPERTIES) {
        const realm::TableRef table = write->get_table(table_name(property.class_name));
        if (table->get_column_key(property.name))
            continue;
        if (*property.target)
            add_link(*table, *write->get_table(table_name(property.target)), property);
        else
            add_property(*table, property);
    }
    write->commit();
}

class Core final : public CoreDevice {
public:
    Core(const std::string& path, int port, const std::string& partition);
    ~Core() override { stop(); }
    void start() override;
    void stop() override;
    bool synchronise() override;
    int error_number() const override { return m_error_number; }
    void begin() override { m_transaction = m_database->start_write(); }
    void commit() override;
    void look() override { m_transaction = m_database->start_read(); }
    size_t count(const char* class_name) override { return table(class_name)->size(); }
    std::shared_ptr<Object> object_at(const char* class_name, size_t index) override
    {
        return std::make_shared<CoreObject>(table(class_name)->get_object(index));
    }
    std::shared_ptr<Object> find(const char* class_name, const Value& key) override;
    std::shared_ptr<Object> create(const char* class_name, const Value& key) override
    {
        return std::make_shared<CoreObject>(table(class_name)->create_object_with_primary_key(core_mixed(key, false)));
    }
    std::shared_ptr<Object> create_without_key(const char* class_name) override
    {
        return std::make_shared<CoreObject>(table(class_name)->create_object());
    }

private:
    realm::TableRef table(const char* class_name) { return m_transaction->get_table(table_name(class_name)); }
    template <class Ask>
    bool wait(Ask ask);

    std::string m_path;
    int m_port;
    std::string m_partition;
    std::shared_ptr<realm::util::Logger> m_logger;
    realm::DBRef m_database;
    realm::TransactionRef m_transaction;
    std::unique_ptr<realm::sync::Client> m_client;
    std::unique_ptr<realm::sync::Session> m_session;
    std::atomic<int> m_error_number{0};
};

Core::Core(const std::string& path, int port, const std::string& partition)
    : m_path(path), m_port(port), m_partition(partition), m_logger(std::make_shared<realm::util::StderrLogger>())
{
    m_logger->set_level_threshold(realm::util::Logger::Level::fatal);
    bool apply_server_changes = true;
    realm::DBOptions options;
    options.logger = m_logger;
    m_database = realm::DB::create(make_replication(apply_server_changes), path, options);
    make_schema(*m_database);
}

void Core::start()
{
    realm::sync::ClientConfig client;
    client.logger = m_logger;
    client.socket_provider = std::make_shared<realm::sync::websocket::DefaultSocketProvider>(m_logger, "interop");
    client.reconnect_mode = realm::ReconnectMode::testing;
    client.connection_linger_time = 0;
    client.disable_upload_activation_delay = true;
    client.fast_reconnect_limit = 0;
    m_client = std::make_unique<realm::sync::Client>(std::move(client));

    realm::sync::Session::Config session;
    session.server_address = "127.0.0.1";
    session.server_port = realm::sync::Session::port_type(m_port);
    session.realm_identifier = m_partition;
    session.user_id = "ada";
    session.protocol_envelope = realm::sync::ProtocolEnvelope::realm;
    session.signed_user_token = "token";
    session.service_identifier = "/realm-sync";
    session.connection_state_change_listener = [this](realm::sync::ConnectionState,
                                                      std::optional<realm::sync::SessionErrorInfo> error) {
        if (error) {
            m_error_number = error->raw_error_code;
            std::cerr << m_path << ": the session failed: " << error->status.reason() << "\n";
        }
    };
    m_session = std::make_unique<realm::sync::Session>(*m_client, m_database, nullptr, nullptr, std::move(session));
}

void Core::stop()
{
    m_session.reset();
    if (m_client)
        m_client->wait_for_session_terminations_or_client_stopped();
    m_client.reset();
}

template <class Ask>
bool Core::wait(Ask ask)
{
    // The callback may come after this has given up.
    const auto answer = std::make_shared<std::promise<realm::Status>>();
    auto future = answer->get_future();
    ask([answer](realm::Status status) { answer->set_value(status); });
    // A session that is refused leaves its waits open.
    const auto give_up = std::chrono::steady_clock::now() + WAIT_LIMIT;
    while (future.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
        if (m_error_number != 0)
            return false;
        if (std::chrono::steady_clock::now() > give_up) {
            std::cerr << m_path << ": nothing came of a wait\n";
            return false;
        }
    }
    return future.get().is_ok();
}

bool Core::synchronise()
{
    return wait([this](auto done) { m_session->async_wait_for_upload_completion(std::move(done)); }) &&
           wait([this](auto done) { m_session->async_wait_for_download_completion(std::move(done)); });
}

void Core::commit()
{
    m_transaction->commit();
    m_transaction = nullptr;
    if (m_session)
        m_session->nonsync_transact_notify(m_database->get_version_of_latest_snapshot());
}

std::shared_ptr<Object> Core::find(const char* class_name, const Value& key)
{
    const realm::TableRef in = table(class_name);
    const realm::ObjKey found = in->find_primary_key(core_mixed(key, false));
    if (!found || found.is_unresolved())
        return nullptr;
    return std::make_shared<CoreObject>(in->get_object(found));
}

} // namespace

std::unique_ptr<CoreDevice> open_core_device(const std::string& path, int port, const std::string& partition)
{
    return std::make_unique<Core>(path, port, partition);
}

} // namespace interop
