// SPDX-License-Identifier: GPL-2.0-only
/* Requests to the kernel and their answers. See client.h. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"

/* Of libc's header and of the kernel's: one of them may lack it. */
#ifndef NLA_TYPE_MASK
#define NLA_TYPE_MASK ~((1 << 15) | (1 << 14))
#endif

#define ROOM 16384

/**
 * struct message - a request, or an answer
 */
struct message {
	/** @nlh: its header */
	struct nlmsghdr nlh;
	/** @genl: the family's */
	struct genlmsghdr genl;
	/** @data: attributes */
	char data[ROOM];
};

static int family;
static uint32_t sequence;

static void begin(struct message *message, int type, int command)
{
	memset(message, 0, sizeof(*message));
	message->nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	message->nlh.nlmsg_type = type;
	message->nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	message->nlh.nlmsg_seq = ++sequence;
	message->genl.cmd = command;
	message->genl.version = 1;
}

static struct nlattr *put(struct message *message, int type, const void *data,
			  size_t len)
{
	struct nlattr *attr = (void *)((char *)message +
				       NLMSG_ALIGN(message->nlh.nlmsg_len));

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	if (len)
		memcpy((char *)attr + NLA_HDRLEN, data, len);
	message->nlh.nlmsg_len = NLMSG_ALIGN(message->nlh.nlmsg_len) +
				 NLA_ALIGN(attr->nla_len);
	return attr;
}

static void put_text(struct message *message, int type, const char *text)
{
	put(message, type, text, strlen(text) + 1);
}

static void end_nest(struct message *message, struct nlattr *nest)
{
	nest->nla_type |= NLA_F_NESTED;
	nest->nla_len = (char *)message + message->nlh.nlmsg_len - (char *)nest;
}

/* What comes first is the answer, if there is one; then the acknowledgment. */
static int ask(struct message *request, struct message *answer)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	struct message reply;
	int ret = -EIO;

	if (fd < 0)
		return -errno;
	if (sendto(fd, request, request->nlh.nlmsg_len, 0,
		   (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		goto out;
	for (;;) {
		ssize_t len = recv(fd, &reply, sizeof(reply), 0);

		if (len < (ssize_t)sizeof(reply.nlh))
			break;
		if (reply.nlh.nlmsg_type == NLMSG_ERROR) {
			ret = ((struct nlmsgerr *)NLMSG_DATA(&reply.nlh))->error;
			break;
		}
		if (answer)
			memcpy(answer, &reply, len);
	}
out:
	close(fd);
	return ret;
}

static const struct nlattr *find(const void *data, size_t len, int type)
{
	const char *at = data;

	while (len >= NLA_HDRLEN) {
		const struct nlattr *attr = (const void *)at;

		size_t size = NLA_ALIGN(attr->nla_len);

		if (attr->nla_len < NLA_HDRLEN || attr->nla_len > len)
			break;
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		if (size >= len)
			break;
		at += size;
		len -= size;
	}
	return NULL;
}

static const void *payload(const struct nlattr *attr)
{
	return (const char *)attr + NLA_HDRLEN;
}

/* Find the family; the first thing to do. */
int client_open(void)
{
	struct message request, answer;
	const struct nlattr *attr;
	int ret;

	begin(&request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	put_text(&request, CTRL_ATTR_FAMILY_NAME, VE_FAMILY_NAME);
	ret = ask(&request, &answer);
	if (ret)
		return ret;
	attr = find(answer.data, answer.nlh.nlmsg_len -
		    NLMSG_LENGTH(GENL_HDRLEN), CTRL_ATTR_FAMILY_ID);
	if (!attr)
		return -ENOENT;
	family = *(const uint16_t *)payload(attr);
	return 0;
}

static int simple(int command, const char *name)
{
	struct message request;

	begin(&request, family, command);
	put_text(&request, VE_A_NAME, name);
	return ask(&request, NULL);
}

/* Make a VE without bounds. */
int ve_make(const char *name)
{
	return simple(VE_CMD_CREATE, name);
}

/* Remove a VE without members. */
int ve_end(const char *name)
{
	return simple(VE_CMD_DESTROY, name);
}

/* Set both bounds of a resource. */
int ve_bound(const char *name, enum ve_resource resource, uint64_t barrier,
	     uint64_t limit)
{
	uint32_t id = resource;
	struct message request;
	struct nlattr *nest;

	begin(&request, family, VE_CMD_SET);
	put_text(&request, VE_A_NAME, name);
	nest = put(&request, VE_A_RESOURCE, NULL, 0);
	put(&request, VE_A_RESOURCE_ID, &id, sizeof(id));
	put(&request, VE_A_RESOURCE_BARRIER, &barrier, sizeof(barrier));
	put(&request, VE_A_RESOURCE_LIMIT, &limit, sizeof(limit));
	end_nest(&request, nest);
	return ask(&request, NULL);
}

static int with_number(int command, const char *name, int type, uint32_t number)
{
	struct message request;

	begin(&request, family, command);
	put_text(&request, VE_A_NAME, name);
	put(&request, type, &number, sizeof(number));
	return ask(&request, NULL);
}

/* Make a process a member. */
int ve_attach(const char *name, pid_t pid)
{
	return with_number(VE_CMD_ATTACH, name, VE_A_PID, pid);
}

/* Send a signal to all members, until there are none. */
int ve_kill(const char *name, int sig)
{
	return with_number(VE_CMD_KILL, name, VE_A_SIGNAL, sig);
}

static uint64_t number_in(const struct nlattr *nest, int type)
{
	const struct nlattr *attr = find(payload(nest),
					 nest->nla_len - NLA_HDRLEN, type);
	uint64_t value = 0;

	if (attr)
		memcpy(&value, payload(attr), attr->nla_len - NLA_HDRLEN);
	return value;
}

/* Read a counter; of the own VE if @name is NULL. */
int ve_read(const char *name, enum ve_resource resource,
	    struct counter *counter)
{
	struct message request, answer;
	const struct nlattr *nest;
	const char *at, *end;
	int ret;

	begin(&request, family, VE_CMD_GET);
	if (name)
		put_text(&request, VE_A_NAME, name);
	ret = ask(&request, &answer);
	if (ret)
		return ret;
	at = answer.data;
	end = (char *)&answer + answer.nlh.nlmsg_len;
	while ((nest = find(at, end - at, VE_A_RESOURCE))) {
		if (number_in(nest, VE_A_RESOURCE_ID) == resource) {
			counter->held = number_in(nest, VE_A_RESOURCE_HELD);
			counter->maxheld = number_in(nest,
						     VE_A_RESOURCE_MAXHELD);
			counter->barrier = number_in(nest,
						     VE_A_RESOURCE_BARRIER);
			counter->limit = number_in(nest, VE_A_RESOURCE_LIMIT);
			counter->failcnt = number_in(nest,
						     VE_A_RESOURCE_FAILCNT);
			return 0;
		}
		at = (const char *)nest + NLA_ALIGN(nest->nla_len);
	}
	return -ENODATA;
}
