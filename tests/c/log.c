#define _XOPEN_SOURCE 700

#include <pthread.h>

#include "check.h"

static void count_message(void *userdata, realm_log_category_e category, realm_log_level_e level, realm_string_t message)
{
    counter *counted = userdata;
    CHECK_INT(category, RLM_LOG_CATEGORY_API);
    CHECK_INT(level, RLM_LOG_LEVEL_DEBUG);
    CHECK(message.size > 0);
    counted->calls++;
}

static void make_a_message(void)
{
    realm_t *realm = people_realm("log.realm");
    realm_release(realm);
}

TEST(levels_are_per_category_and_read_back)
{
    realm_log_level_e level;
    CHECK(realm_log_get_level(RLM_LOG_CATEGORY_SYNC, &level));
    CHECK_INT(level, RLM_LOG_LEVEL_INFO);
    CHECK(realm_log_set_level(RLM_LOG_CATEGORY_SYNC, RLM_LOG_LEVEL_TRACE));
    CHECK(realm_log_get_level(RLM_LOG_CATEGORY_SYNC, &level));
    CHECK_INT(level, RLM_LOG_LEVEL_TRACE);
    CHECK(realm_log_get_level(RLM_LOG_CATEGORY_NETWORK, &level));
    CHECK_INT(level, RLM_LOG_LEVEL_INFO);
    CHECK(realm_log_set_level(RLM_LOG_CATEGORY_ALL, RLM_LOG_LEVEL_OFF));
    CHECK(realm_log_get_level(RLM_LOG_CATEGORY_NETWORK, &level));
    CHECK_INT(level, RLM_LOG_LEVEL_OFF);
    CHECK_FAILS(realm_log_set_level(5, RLM_LOG_LEVEL_INFO), RLM_ERR_INVALID_ARGUMENT, "category is 5");
    CHECK_FAILS(realm_log_set_level(-1, RLM_LOG_LEVEL_INFO), RLM_ERR_INVALID_ARGUMENT, "category is -1");
    CHECK_FAILS(realm_log_set_level(1, 3), RLM_ERR_INVALID_ARGUMENT, "level is 3");
    CHECK_FAILS(realm_log_get_level(RLM_LOG_CATEGORY_ALL, &level), RLM_ERR_INVALID_ARGUMENT, "category");
}

TEST(a_sink_gets_messages_until_its_token_is_released)
{
    counter counted = { 0, 0, 0 };
    realm_callback_token_t *token;
    CHECK(realm_log_set_level(RLM_LOG_CATEGORY_ALL, RLM_LOG_LEVEL_OFF));
    CHECK(realm_log_set_level(RLM_LOG_CATEGORY_API, RLM_LOG_LEVEL_DEBUG));
    token = realm_log_add_callback(count_message, &counted, counter_free);
    CHECK(token != NULL);
    make_a_message();
    CHECK(counted.calls > 0);
    CHECK_INT(counted.frees, 0);
    realm_callback_token_release(token);
    CHECK_INT(counted.frees, 1);
    counted.calls = 0;
    make_a_message();
    CHECK_INT(counted.calls, 0);
    CHECK_INT(counted.frees, 1);
}

TEST(a_level_that_is_off_silences_a_sink)
{
    counter counted = { 0, 0, 0 };
    realm_callback_token_t *token = realm_log_add_callback(count_message, &counted, counter_free);
    CHECK(realm_log_set_level(RLM_LOG_CATEGORY_ALL, RLM_LOG_LEVEL_OFF));
    make_a_message();
    CHECK_INT(counted.calls, 0);
    realm_callback_token_release(token);
}

TEST(userdata_is_freed_once_when_the_registration_fails)
{
    counter counted = { 0, 0, 0 };
    CHECK_FAILS(realm_log_add_callback(NULL, &counted, counter_free) != NULL, RLM_ERR_INVALID_ARGUMENT, "callback");
    CHECK_INT(counted.frees, 1);
}

static realm_callback_token_t *own_token;

static void remove_itself(void *userdata, realm_log_category_e category, realm_log_level_e level, realm_string_t message)
{
    (void)category;
    (void)level;
    (void)message;
    ((counter *)userdata)->calls++;
    CHECK(realm_callback_token_remove(own_token));
}

TEST(a_callback_may_remove_itself_and_runs_no_more)
{
    counter counted = { 0, 0, 0 };
    CHECK(realm_log_set_level(RLM_LOG_CATEGORY_API, RLM_LOG_LEVEL_DEBUG));
    own_token = realm_log_add_callback(remove_itself, &counted, counter_free);
    make_a_message();
    make_a_message();
    CHECK_INT(counted.calls, 1);
    CHECK(realm_callback_token_remove(own_token));
    realm_callback_token_release(own_token);
    CHECK_INT(counted.frees, 1);
}

static void release_itself(void *userdata, realm_log_category_e category, realm_log_level_e level, realm_string_t message)
{
    (void)category;
    (void)level;
    (void)message;
    ((counter *)userdata)->calls++;
    realm_callback_token_release(own_token);
}

TEST(a_callback_may_release_its_own_token)
{
    counter counted = { 0, 0, 0 };
    CHECK(realm_log_set_level(RLM_LOG_CATEGORY_API, RLM_LOG_LEVEL_DEBUG));
    own_token = realm_log_add_callback(release_itself, &counted, counter_free);
    make_a_message();
    make_a_message();
    CHECK_INT(counted.calls, 1);
    CHECK_INT(counted.frees, 1);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int entered;
static int may_leave;
static int has_left;

static void block_until_told(void *userdata, realm_log_category_e category, realm_log_level_e level, realm_string_t message)
{
    (void)userdata;
    (void)category;
    (void)level;
    (void)message;
    pthread_mutex_lock(&lock);
    entered = 1;
    pthread_cond_broadcast(&changed);
    while (!may_leave)
        pthread_cond_wait(&changed, &lock);
    has_left = 1;
    pthread_mutex_unlock(&lock);
}

static void *log_from_here(void *unused)
{
    (void)unused;
    make_a_message();
    return NULL;
}

static void *let_it_leave(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    may_leave = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return NULL;
}

TEST(remove_waits_for_a_callback_that_is_running)
{
    pthread_t logging, leaving;
    realm_callback_token_t *token;
    CHECK(realm_log_set_level(RLM_LOG_CATEGORY_API, RLM_LOG_LEVEL_DEBUG));
    token = realm_log_add_callback(block_until_told, NULL, NULL);
    CHECK_INT(pthread_create(&logging, NULL, log_from_here, NULL), 0);
    pthread_mutex_lock(&lock);
    while (!entered)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    CHECK_INT(pthread_create(&leaving, NULL, let_it_leave, NULL), 0);
    CHECK(realm_callback_token_remove(token));
    CHECK(has_left);
    realm_callback_token_release(token);
    CHECK_INT(pthread_join(logging, NULL), 0);
    CHECK_INT(pthread_join(leaving, NULL), 0);
}
