/* A seeded mistake: it uses a handle it has released. The build that checks addresses must catch it inside the library;
 * else that build would see no use after free at all. */
#include <stdio.h>

#include "realm_sync.h"

int main(void)
{
    realm_schema_t *schema = realm_schema_new();
    size_t size = 0;
    realm_schema_release(schema);
    (void)realm_schema_size(schema, &size);
    printf("nobody noticed\n");
    return 0;
}
