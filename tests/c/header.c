/* The header alone, as C99 and as C++: it needs no other include before it. */
#include "realm_sync.h"
#include "realm_sync.h"

int header_compiles(void);

int header_compiles(void)
{
    return RLM_ABI_VERSION;
}
