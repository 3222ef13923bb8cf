/*
 * Preloaded into a process: while the file that STALL_WHILE names exists, each fsync and fdatasync takes two seconds longer.
 * No header is needed: cc -shared -fPIC -nostdlib -o stall.so stall.c
 */
struct moment {
  long seconds;
  long nanos;
};

char *getenv(const char *name);
int access(const char *path, int mode);
int nanosleep(const struct moment *wanted, struct moment *left);
long syscall(long number, ...);

#if defined(__x86_64__)
#define FSYNC 74
#define FDATASYNC 75
#elif defined(__aarch64__)
#define FSYNC 82
#define FDATASYNC 83
#endif

static void stall(void) {
  const char *file = getenv("STALL_WHILE");
  if (file && access(file, 0) == 0) {
    struct moment two = {2, 0};
    nanosleep(&two, 0);
  }
}

int fsync(int fd) {
  stall();
  return (int)syscall(FSYNC, fd);
}

int fdatasync(int fd) {
  stall();
  return (int)syscall(FDATASYNC, fd);
}
