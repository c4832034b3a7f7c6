/* The threads of this process. Also for a host that is not linked with the library. */
#ifndef REALM_TESTS_THREADS_H
#define REALM_TESTS_THREADS_H

/* Those that are running. */
int thread_count(void);
/* How often the library's threads gave up the processor so far. */
long library_switches(void);

#endif
