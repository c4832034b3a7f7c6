/* A seeded mistake: it never releases a handle. The build that checks addresses must report the leak; else that build
 * would see no leak at all. */
#include <stdio.h>

#include "realm_sync.h"

int main(void)
{
    realm_schema_t *volatile schema = realm_schema_new();
    schema = NULL;
    printf("the handle is %s\n", schema == NULL ? "forgotten" : "known");
    return 0;
}
