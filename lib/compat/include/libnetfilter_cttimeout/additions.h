/* What libnetfilter_cttimeout lacks: reading objects, building requests in bounds, honest sizes. */
#ifndef LIBNETFILTER_CTTIMEOUT_ADDITIONS_H
#define LIBNETFILTER_CTTIMEOUT_ADDITIONS_H

#include <libnetfilter_cttimeout/libnetfilter_cttimeout.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * None of this is in the library that this one replaces: these symbols have the version
 * LIBCTTIMEOUT_1 and names of their own. Everything said in libnetfilter_cttimeout.h about
 * objects, NULL and failing holds here as well.
 */

/* The timeouts of sctp that nfct_timeout_sctp_attr lacks, for all functions that take a state. */
enum cttimeout_sctp_attr {
  CTTIMEOUT_ATTR_SCTP_HEARTBEAT_SENT = NFCT_TIMEOUT_ATTR_SCTP_MAX,
  CTTIMEOUT_ATTR_SCTP_HEARTBEAT_ACKED, /* kept by the kernel, no flow enters the state */
  CTTIMEOUT_ATTR_SCTP_MAX
};

/*
 * Getters. They return 0 and store the value, or fail with ENOENT if it is not set (`state`: or
 * the protocol has no such state) and leave `*value` alone. A name belongs to the object: it is
 * valid until the object is changed or freed.
 */
int cttimeout_get_name(const struct nfct_timeout* t, const char** value);
int cttimeout_get_l3proto(const struct nfct_timeout* t, uint16_t* value);
int cttimeout_get_l4proto(const struct nfct_timeout* t, uint8_t* value);
int cttimeout_get_timeout(const struct nfct_timeout* t, uint32_t state, uint32_t* value);
/* How many use the policy: 1 for the kernel itself, 1 for each rule. Set by parsing only. */
int cttimeout_get_users(const struct nfct_timeout* t, uint32_t* value);

/* How many states the protocol has, 0 for one that the library does not know. */
uint32_t cttimeout_states(uint8_t l4proto);

/* No request of cttimeout_build_request() is longer. */
#define CTTIMEOUT_REQUEST_MAX 256

/*
 * Builds a whole request and returns its size in bytes, a multiple of 4, or fails: ENOSPC if
 * `size` is too small, EINVAL if the object lacks what the command needs or there is no such
 * command. NLM_F_REQUEST is added to `flags`.
 *
 *   IPCTNL_MSG_TIMEOUT_NEW          name, protocols, and the timeouts that are set
 *   IPCTNL_MSG_TIMEOUT_GET          name; or all with NLM_F_DUMP, if `t` is NULL
 *   IPCTNL_MSG_TIMEOUT_DELETE       name; or all that are not in use, if `t` is NULL
 *   IPCTNL_MSG_TIMEOUT_DEFAULT_SET  protocols, and the timeouts that are set
 *   IPCTNL_MSG_TIMEOUT_DEFAULT_GET  protocols; the reply is of type DEFAULT_SET
 */
int cttimeout_build_request(void* buf, size_t size, uint8_t cmd, uint16_t flags, uint32_t seq,
                            const struct nfct_timeout* t);

/*
 * Prints as nfct_timeout_snprintf() does, but all states, sctp's two above included, and returns
 * what snprintf() does: the length of the whole text without its NUL, whether it had room or not.
 * `buf` may be NULL if `size` is 0.
 */
int cttimeout_snprintf(char* buf, size_t size, const struct nfct_timeout* t);

#ifdef __cplusplus
}
#endif

#endif
