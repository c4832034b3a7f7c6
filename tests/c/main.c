/* Runs one case in a folder of its own, and checks that it released every handle. */
#define _XOPEN_SOURCE 700

#include <ftw.h>
#include <unistd.h>

#include "check.h"

typedef struct test_case {
    const char *name;
    void (*run)(void);
} test_case;

#include "cases.inc"

static int erase(const char *path, const struct stat *status, int type, struct FTW *position)
{
    (void)status;
    (void)type;
    (void)position;
    return remove(path);
}

static void run(const test_case *chosen)
{
    char folder[] = "/tmp/realm-c-test-XXXXXX";
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        FAIL("cannot make a folder to work in");
    chosen->run();
    CHECK_INT(live_handles(), 0);
    if (chdir("/") != 0 || nftw(folder, erase, 8, FTW_DEPTH | FTW_PHYS) != 0)
        FAIL("cannot erase %s", folder);
}

int main(int argc, char **argv)
{
    size_t at;
    CHECK_INT(realm_version_get_abi(), RLM_ABI_VERSION);
    for (at = 0; at < sizeof cases / sizeof cases[0]; at++) {
        if (argc == 2 && strcmp(argv[1], cases[at].name) == 0) {
            run(&cases[at]);
            printf("%s: passed, no handle left\n", argv[1]);
            return 0;
        }
    }
    fprintf(stderr, "usage: %s <case>, one of %zu cases\n", argv[0], sizeof cases / sizeof cases[0]);
    return 2;
}
