/* The C interface of libnetfilter_cttimeout 1.0.1: same names, numbers and prototypes. */
#ifndef LIBNETFILTER_CTTIMEOUT_LIBNETFILTER_CTTIMEOUT_H
#define LIBNETFILTER_CTTIMEOUT_LIBNETFILTER_CTTIMEOUT_H

#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A timeout policy, or the part of one that has been set. One thread at a time may use an object;
 * different objects share nothing.
 *
 * Every function below takes NULL for an object, a buffer or a message; those that can fail then
 * do, with EINVAL. "Fails" means: returns -1, or NULL, and sets errno. Nothing is ever printed.
 */
struct nfct_timeout;
struct nlmsghdr;

/* An object with nothing set. Fails with ENOMEM; no other function allocates. */
struct nfct_timeout* nfct_timeout_alloc(void);
void nfct_timeout_free(struct nfct_timeout* t);

/* What a policy consists of. POLICY, its timeouts, is set by nfct_timeout_policy_attr_set_u32. */
enum nfct_timeout_attr {
  NFCT_TIMEOUT_ATTR_NAME = 0, /* char[]: up to 31 bytes and a NUL; 32 are looked at */
  NFCT_TIMEOUT_ATTR_L3PROTO,  /* uint16_t: AF_INET, AF_INET6 */
  NFCT_TIMEOUT_ATTR_L4PROTO,  /* uint8_t: IPPROTO_*, IPPROTO_RAW (255) for the generic tracker */
  NFCT_TIMEOUT_ATTR_POLICY,
  NFCT_TIMEOUT_ATTR_MAX
};

/* The timeouts of each protocol. */
enum nfct_timeout_tcp_attr {
  NFCT_TIMEOUT_ATTR_TCP_SYN_SENT = 0,
  NFCT_TIMEOUT_ATTR_TCP_SYN_RECV,
  NFCT_TIMEOUT_ATTR_TCP_ESTABLISHED,
  NFCT_TIMEOUT_ATTR_TCP_FIN_WAIT,
  NFCT_TIMEOUT_ATTR_TCP_CLOSE_WAIT,
  NFCT_TIMEOUT_ATTR_TCP_LAST_ACK,
  NFCT_TIMEOUT_ATTR_TCP_TIME_WAIT,
  NFCT_TIMEOUT_ATTR_TCP_CLOSE,
  NFCT_TIMEOUT_ATTR_TCP_SYN_SENT2,
  NFCT_TIMEOUT_ATTR_TCP_RETRANS,
  NFCT_TIMEOUT_ATTR_TCP_UNACK,
  NFCT_TIMEOUT_ATTR_TCP_MAX
};

enum nfct_timeout_udp_attr {
  NFCT_TIMEOUT_ATTR_UDP_UNREPLIED = 0,
  NFCT_TIMEOUT_ATTR_UDP_REPLIED,
  NFCT_TIMEOUT_ATTR_UDP_MAX
};

enum nfct_timeout_udplite_attr {
  NFCT_TIMEOUT_ATTR_UDPLITE_UNREPLIED = 0,
  NFCT_TIMEOUT_ATTR_UDPLITE_REPLIED,
  NFCT_TIMEOUT_ATTR_UDPLITE_MAX
};

enum nfct_timeout_dccp_attr {
  NFCT_TIMEOUT_ATTR_DCCP_REQUEST = 0,
  NFCT_TIMEOUT_ATTR_DCCP_RESPOND,
  NFCT_TIMEOUT_ATTR_DCCP_PARTOPEN,
  NFCT_TIMEOUT_ATTR_DCCP_OPEN,
  NFCT_TIMEOUT_ATTR_DCCP_CLOSEREQ,
  NFCT_TIMEOUT_ATTR_DCCP_CLOSING,
  NFCT_TIMEOUT_ATTR_DCCP_TIMEWAIT,
  NFCT_TIMEOUT_ATTR_DCCP_MAX
};

/* The two that are missing here are in additions.h: MAX is compiled into programs. */
enum nfct_timeout_sctp_attr {
  NFCT_TIMEOUT_ATTR_SCTP_CLOSED = 0,
  NFCT_TIMEOUT_ATTR_SCTP_COOKIE_WAIT,
  NFCT_TIMEOUT_ATTR_SCTP_COOKIE_ECHOED,
  NFCT_TIMEOUT_ATTR_SCTP_ESTABLISHED,
  NFCT_TIMEOUT_ATTR_SCTP_SHUTDOWN_SENT,
  NFCT_TIMEOUT_ATTR_SCTP_SHUTDOWN_RECD,
  NFCT_TIMEOUT_ATTR_SCTP_SHUTDOWN_ACK_SENT,
  NFCT_TIMEOUT_ATTR_SCTP_MAX
};

enum nfct_timeout_icmp_attr { NFCT_TIMEOUT_ATTR_ICMP = 0, NFCT_TIMEOUT_ATTR_ICMP_MAX };

enum nfct_timeout_icmpv6_attr { NFCT_TIMEOUT_ATTR_ICMPV6 = 0, NFCT_TIMEOUT_ATTR_ICMPV6_MAX };

enum nfct_timeout_gre_attr {
  NFCT_TIMEOUT_ATTR_GRE_UNREPLIED = 0,
  NFCT_TIMEOUT_ATTR_GRE_REPLIED,
  NFCT_TIMEOUT_ATTR_GRE_MAX
};

enum nfct_timeout_generic_attr { NFCT_TIMEOUT_ATTR_GENERIC = 0, NFCT_TIMEOUT_ATTR_GENERIC_MAX };

/*
 * Set an attribute; 0, or fails: EINVAL if `type` is none of NAME, L3PROTO and L4PROTO or an
 * integer is given for a name, ERANGE for an L4PROTO above 255, ENAMETOOLONG.
 *
 * An attribute whose value was refused is not set afterwards. Of a refused NAME the object keeps
 * so much that the kernel refuses what is built from it: a program that ignores the failure must
 * not delete all policies where it meant one.
 */
int nfct_timeout_attr_set(struct nfct_timeout* t, uint32_t type, const void* data);
int nfct_timeout_attr_set_u8(struct nfct_timeout* t, uint32_t type, uint8_t data);
int nfct_timeout_attr_set_u16(struct nfct_timeout* t, uint32_t type, uint16_t data);
/* Unsets an attribute; POLICY: all timeouts. */
void nfct_timeout_attr_unset(struct nfct_timeout* t, uint32_t type);

/*
 * Sets a timeout in seconds; L4PROTO must be set before. Fails with EINVAL if it is not, or has no
 * such state. A protocol that the library does not know has one timeout, 0.
 */
int nfct_timeout_policy_attr_set_u32(struct nfct_timeout* t, uint32_t state, uint32_t data);
/* Unsets one timeout. */
void nfct_timeout_policy_attr_unset(struct nfct_timeout* t, uint32_t state);

/* The name of a state in capitals; NULL if there is none, errno is then left alone. */
const char* nfct_timeout_policy_attr_to_name(uint8_t l4proto, uint32_t state);

/*
 * Writes the headers of a request of 20 bytes into `buf`: IPCTNL_MSG_TIMEOUT_* as its command,
 * NLM_F_REQUEST added to `flags`.
 */
struct nlmsghdr* nfct_timeout_nlmsg_build_hdr(char* buf, uint8_t cmd, uint16_t flags, uint32_t seq);

/*
 * Appends what is set to a message. Nobody knows how much room is behind it; at most 144 bytes are
 * needed. cttimeout_build_request() of additions.h is told and checks.
 */
void nfct_timeout_nlmsg_build_payload(struct nlmsghdr* nlh, const struct nfct_timeout* t);

/*
 * Makes the object what a message of this subsystem says, whatever it was before. Fails with
 * EINVAL, and leaves the object as it was, if the message is of another subsystem, is malformed
 * or lacks an attribute: of a policy (type NEW) none may be missing, of default timeouts (type
 * DEFAULT_SET) only the name.
 */
int nfct_timeout_nlmsg_parse_payload(const struct nlmsghdr* nlh, struct nfct_timeout* t);

enum { NFCT_TIMEOUT_O_DEFAULT };

/*
 * Prints an object as `nfct get timeout` does, all states of the protocol that the enumerations
 * above list, 0 for those not set. Control characters of the name are printed as \xNN.
 *
 * Returns 2, as it ever did, whatever the length. Fails with ENOSPC if `size` bytes are too few
 * for the text and its NUL; then so much is printed as has room. `type` is NFCT_TIMEOUT_O_DEFAULT,
 * `flags` is ignored.
 */
int nfct_timeout_snprintf(char* buf, size_t size, const struct nfct_timeout* t, unsigned int type,
                          unsigned int flags);

#ifdef __cplusplus
}
#endif

#endif
