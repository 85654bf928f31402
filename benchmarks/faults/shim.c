/* A disk that fails, under a real program: load this with LD_PRELOAD.
 *
 * Only what happens below FAULT_UNDER counts. The call number FAULT_AT (from 1) of the kind FAULT_OP
 * is met by FAULT_DO: a number is the errno that it fails with, "short" writes half, "kill" ends the
 * process before the call, "tear" writes half and ends it. With FAULT_ON=1 all later calls of the
 * kind fail too. Every call is appended to FAULT_LOG: a head of fixed size, two paths, and the bytes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { OPEN = 1, WRITE, FSYNC, RENAME, UNLINK, MKDIR, TRUNCATE, MAP };
static const char *NAMES[] = {"", "open", "write", "fsync", "rename", "unlink", "mkdir", "truncate", "mmap"};

struct head { uint32_t op, first, second, bytes; uint64_t inode; int64_t at; };

static const char *under, *what;
static int wanted, on, log_fd = -1, ready;
static long nth, seen;

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static void get_ready(void) {
    if (ready) return;
    ready = 1;
    under = getenv("FAULT_UNDER");
    const char *op = getenv("FAULT_OP"), *at = getenv("FAULT_AT"), *log = getenv("FAULT_LOG");
    what = getenv("FAULT_DO");
    nth = at ? atol(at) : 0;
    on = getenv("FAULT_ON") != NULL;
    for (int k = 1; op && k <= MAP; k++) if (!strcmp(op, NAMES[k])) wanted = k;
    if (op && !strcmp(op, "any")) wanted = -1;
    if (log) log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_under(const char *path) {
    get_ready();
    return under && path && !strncmp(path, under, strlen(under));
}

static const char *path_of(int fd, char *room) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, room, 4095);
    room[n > 0 ? n : 0] = 0;
    return room;
}

static void note(int op, const char *first, const char *second, uint64_t inode, int64_t at, const void *data, size_t bytes) {
    if (log_fd < 0) return;
    struct head head = {op, strlen(first), strlen(second), bytes, inode, at};
    size_t all = sizeof head + head.first + head.second + bytes;
    char *record = malloc(all), *end = record;
    memcpy(end, &head, sizeof head); end += sizeof head;
    memcpy(end, first, head.first); end += head.first;
    memcpy(end, second, head.second); end += head.second;
    memcpy(end, data, bytes);
    syscall(SYS_write, log_fd, record, all);
    free(record);
}

/* 0: go on; 1: fail with errno set; 2: write half; 3: write half and die. */
static int fault(int op) {
    if (!what || (wanted != op && wanted != -1)) return 0;
    long number = __sync_add_and_fetch(&seen, 1);
    if (number < nth || (number > nth && !on)) return 0;
    if (!strcmp(what, "kill")) { kill(getpid(), SIGKILL); for (;;) pause(); }
    if (!strcmp(what, "short")) return op == WRITE ? 2 : 0;
    if (!strcmp(what, "tear")) { if (op == WRITE) return 3; kill(getpid(), SIGKILL); }
    errno = atoi(what);
    return 1;
}

static uint64_t inode_of(int fd) { struct stat s; return fstat(fd, &s) ? 0 : s.st_ino; }

static int opened(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
    if (!is_under(path)) return real(path, flags, mode);
    if (fault(OPEN)) return -1;
    int fresh = (flags & O_CREAT) && access(path, F_OK), fd = real(path, flags, mode);
    if (fd >= 0 && (fresh || (flags & O_TRUNC))) note(OPEN, path, "", inode_of(fd), fresh, "", 0);
    return fd;
}
#define MODE va_list more; va_start(more, flags); mode_t mode = (flags & O_CREAT) ? va_arg(more, mode_t) : 0; va_end(more)
int open(const char *path, int flags, ...) { MODE; REAL(open); return opened(real, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE; REAL(open64); return opened(real, path, flags, mode); }

static ssize_t written(int fd, const void *data, size_t bytes, int64_t at, int seeks) {
    char room[4096];
    const char *path = path_of(fd, room);
    int counts = is_under(path), found = counts ? fault(WRITE) : 0;
    if (found == 1) return -1;
    size_t most = found >= 2 ? (bytes + 1) / 2 : bytes;
    if (seeks && counts) at = (fcntl(fd, F_GETFL) & O_APPEND) ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    ssize_t done = seeks ? syscall(SYS_write, fd, data, most) : syscall(SYS_pwrite64, fd, data, most, at);
    if (done < 0) return -1;
    if (counts) note(WRITE, path, "", inode_of(fd), at, data, done);
    if (found == 3) { kill(getpid(), SIGKILL); for (;;) pause(); }
    return done;
}
ssize_t write(int fd, const void *data, size_t bytes) { return written(fd, data, bytes, 0, 1); }
ssize_t pwrite(int fd, const void *data, size_t bytes, off_t at) { return written(fd, data, bytes, at, 0); }
ssize_t pwrite64(int fd, const void *data, size_t bytes, off64_t at) { return written(fd, data, bytes, at, 0); }

static int synced(int (*real)(int), int fd) {
    char room[4096];
    const char *path = path_of(fd, room);
    if (!is_under(path)) return real(fd);
    if (fault(FSYNC)) return -1;
    int done = real(fd);
    if (!done) note(FSYNC, path, "", inode_of(fd), 0, "", 0);
    return done;
}
int fsync(int fd) { REAL(fsync); return synced(real, fd); }
int fdatasync(int fd) { REAL(fdatasync); return synced(real, fd); }

int rename(const char *from, const char *to) {
    REAL(rename);
    if (!is_under(to)) return real(from, to);
    if (fault(RENAME)) return -1;
    int done = real(from, to);
    if (!done) note(RENAME, from, to, 0, 0, "", 0);
    return done;
}
int unlink(const char *path) {
    REAL(unlink);
    if (!is_under(path)) return real(path);
    if (fault(UNLINK)) return -1;
    int done = real(path);
    if (!done) note(UNLINK, path, "", 0, 0, "", 0);
    return done;
}
int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    if (!is_under(path)) return real(path, mode);
    if (fault(MKDIR)) return -1;
    int done = real(path, mode);
    if (!done) note(MKDIR, path, "", 0, 0, "", 0);
    return done;
}
static int cut(int (*real)(int, off64_t), int fd, off64_t size) {
    char room[4096];
    const char *path = path_of(fd, room);
    if (!is_under(path)) return real(fd, size);
    if (fault(TRUNCATE)) return -1;
    int done = real(fd, size);
    if (!done) note(TRUNCATE, path, "", inode_of(fd), size, "", 0);
    return done;
}
int ftruncate(int fd, off_t size) { REAL(ftruncate); return cut((int (*)(int, off64_t))real, fd, size); }
int ftruncate64(int fd, off64_t size) { REAL(ftruncate64); return cut(real, fd, size); }

static int refuses_map(int fd) {
    char room[4096];
    return fd >= 0 && is_under(path_of(fd, room)) && fault(MAP);
}
void *mmap(void *a, size_t n, int p, int f, int fd, off_t at) {
    if (refuses_map(fd)) return MAP_FAILED;
    return (void *)syscall(SYS_mmap, a, n, p, f, fd, at);
}
void *mmap64(void *a, size_t n, int p, int f, int fd, off64_t at) {
    if (refuses_map(fd)) return MAP_FAILED;
    return (void *)syscall(SYS_mmap, a, n, p, f, fd, at);
}
