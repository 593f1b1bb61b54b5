/* doors FOLDER PROCESS DESCRIPTOR: tries every way past fake-kernel to the real kernel. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(const char* door, const char* what) {
  printf("%s: %s\n", door, what);
  fflush(stdout);
}

/* Deletes every policy that this socket reaches, and says whether that worked. */
static void flush_through(const char* door, int socket) {
  struct {
    struct nlmsghdr header;
    struct nfgenmsg general;
  } request = {{20, NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 | 2, NLM_F_REQUEST | NLM_F_ACK, 1, 0},
               {0, 0, 0}};
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
  } reply;
  memset(&reply, 0, sizeof reply);
  if (socket < 0) {
    tell(door, strerror(errno));
  } else if (send(socket, &request, sizeof request, 0) < 0) {
    tell(door, strerror(errno));
  } else if (recv(socket, &reply, sizeof reply, 0) < 0) {
    tell(door, strerror(errno));
  } else {
    tell(door, reply.error.error == 0 ? "flushed" : strerror(-reply.error.error));
  }
}

/* Runs it in a process of its own, as it may be killed. */
static void in_child(const char* door, void (*try)(const char* door)) {
  int status = 0;
  pid_t child = fork();
  if (child == 0) {
    try(door);
    _exit(0);
  }
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) tell(door, strsignal(WTERMSIG(status)));
}

#ifdef __x86_64__
static void try_i386(const char* door) {
  int socket = -1;
  __asm__ volatile("int $0x80"
                   : "=a"(socket)
                   : "a"(359), "b"(AF_NETLINK), "c"(SOCK_RAW), "d"(NETLINK_NETFILTER)
                   : "memory");
  flush_through(door, socket);
}

static void try_x32(const char* door) {
  flush_through(door,
                (int)syscall(0x40000000 | SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER));
}
#endif

static void try_io_uring(const char* door) {
  char parameters[120] = {0};
  (void)door;
  tell("io_uring_setup",
       syscall(SYS_io_uring_setup, 1, parameters) < 0 ? strerror(errno) : "there");
  tell("io_uring_enter",
       syscall(SYS_io_uring_enter, 0, 0, 0, 0, 0, 0) < 0 ? strerror(errno) : "there");
  tell("io_uring_register",
       syscall(SYS_io_uring_register, 0, 0, 0, 0) < 0 ? strerror(errno) : "there");
}

/* `number`: what the socket's descriptor has at least. */
static void try_options(int family, int level, int information, int number) {
  char buffer[4096];
  socklen_t size = sizeof(struct ipt_getinfo);
  int socket_ = fcntl(socket(family, SOCK_RAW, IPPROTO_RAW), F_DUPFD, number);
  const char* door = family == AF_INET ? "iptables option" : "ip6tables option";
  if (socket_ < 0) {
    tell(door, "no raw socket");
    return;
  }
  memset(buffer, 0, sizeof buffer);
  strcpy(buffer, "raw");
  tell(door,
       getsockopt(socket_, level, information, buffer, &size) < 0 ? strerror(errno) : "there");
  size = sizeof(struct ipt_replace);
  tell(door, setsockopt(socket_, level, IPT_SO_SET_REPLACE, buffer, size) < 0 ? strerror(errno)
                                                                              : "there");
}

static int connect_to(const char* path, int type) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int outside = socket(AF_UNIX, type, 0);
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  if (connect(outside, (struct sockaddr*)&address, sizeof address) == 0) return outside;
  perror(path);
  exit(1);
}

/* The descriptor that somebody outside sends, received in one of two ways. */
static int receive_descriptor(int outside, int several) {
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  char byte;
  struct iovec part = {&byte, 1};
  struct mmsghdr message = {.msg_hdr = {.msg_iov = &part,
                                        .msg_iovlen = 1,
                                        .msg_control = &control,
                                        .msg_controllen = sizeof control}};
  int number = -1;
  if ((several ? recvmmsg(outside, &message, 1, 0, NULL) : recvmsg(outside, &message.msg_hdr, 0)) <
      0)
    return -1;
  if (CMSG_FIRSTHDR(&message.msg_hdr) == NULL) {
    errno = ENOMSG;
    return -1;
  }
  memcpy(&number, CMSG_DATA(CMSG_FIRSTHDR(&message.msg_hdr)), sizeof number);
  return number;
}

/* Somebody outside sends sockets of the real kernel, and has one at that number. */
static void try_outsider(const char* folder, pid_t outsider, int number) {
  static const struct {
    const char* name;
    int type;
  } kinds[] = {{"stream", SOCK_STREAM}, {"packet", SOCK_SEQPACKET}};
  for (size_t i = 0; i < 2; ++i) {
    for (int several = 0; several < 2; ++several) {
      char path[100];
      char door[100];
      snprintf(path, sizeof path, "%s/%s", folder, kinds[i].name);
      snprintf(door, sizeof door, "passed by %s, %s", kinds[i].name,
               several ? "recvmmsg" : "recvmsg");
      int outside = connect_to(path, kinds[i].type);
      flush_through(door, receive_descriptor(outside, several));
      close(outside);
    }
  }
  int process = (int)syscall(SYS_pidfd_open, outsider, 0);
  flush_through("pidfd_getfd", (int)syscall(SYS_pidfd_getfd, process, number, 0));
}

/* As many sockets as this process can have. */
static void open_many(const char* who) {
  char door[100];
  int last = -1;
  int number = 0;
  while ((number = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER)) >= 0) last = number;
  snprintf(door, sizeof door, "too many sockets of process %s", who);
  tell(door, strerror(errno));
  snprintf(door, sizeof door, "the last of process %s", who);
  flush_through(door, last);
}

/* More sockets than program and supervisor can have: none is the real kernel's. */
static void try_exhaustion(void) {
  int ready[2];
  int hold[2];
  char byte;
  if (pipe(ready) != 0 || pipe(hold) != 0) exit(1);
  for (int i = 1; i <= 3; ++i) {
    char who[2] = {(char)('0' + i), 0};
    if (fork() == 0) {
      close(hold[1]);
      open_many(who);
      if (write(ready[1], "x", 1) < 0 || read(hold[0], &byte, 1) != 0) exit(1);
      _exit(0);
    }
    if (read(ready[0], &byte, 1) != 1) exit(1);
  }
  close(hold[1]);
  while (wait(NULL) > 0) {
  }
}

int main(int count, char** arguments) {
  if (count < 4) return 2;
  flush_through("socket", socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER));
  flush_through("socket, high halves set",
                (int)syscall(SYS_socket, 0x100000000L | AF_NETLINK, SOCK_RAW,
                             0x100000000L | NETLINK_NETFILTER));
#ifdef __x86_64__
  in_child("int 0x80", try_i386);
  in_child("x32", try_x32);
#endif
  in_child("io_uring", try_io_uring);
  const int served = 300; /* those of served sockets begin below */
  try_options(AF_INET, IPPROTO_IP, IPT_SO_GET_INFO, 0);
  try_options(AF_INET, IPPROTO_IP, IPT_SO_GET_INFO, served);
  try_options(AF_INET6, IPPROTO_IPV6, IP6T_SO_GET_INFO, 0);
  try_options(AF_INET6, IPPROTO_IPV6, IP6T_SO_GET_INFO, served);
  try_outsider(arguments[1], atoi(arguments[2]), atoi(arguments[3]));
  try_exhaustion();
  return 0;
}
