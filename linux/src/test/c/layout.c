// Prints the layouts and numbers that this module knows, one per line: cc layout.c && ./a.out > layout-$(uname -m).txt
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#define STRUCT(s) printf("struct %s %zu\n", #s, sizeof(struct s))
#define FIELD(s, f) printf("struct %s.%s %zu\n", #s, #f, offsetof(struct s, f))
#define NUMBER(n) printf("%s %lld\n", #n, (long long)(n))
#define FLAG(n) printf("%s %d\n", #n, (int)(n))

int main(void) {
    STRUCT(epoll_event); FIELD(epoll_event, events); FIELD(epoll_event, data);
    STRUCT(sockaddr_in); FIELD(sockaddr_in, sin_family); FIELD(sockaddr_in, sin_port); FIELD(sockaddr_in, sin_addr);
    STRUCT(sockaddr_in6); FIELD(sockaddr_in6, sin6_family); FIELD(sockaddr_in6, sin6_port);
    FIELD(sockaddr_in6, sin6_flowinfo); FIELD(sockaddr_in6, sin6_addr); FIELD(sockaddr_in6, sin6_scope_id);
    STRUCT(sockaddr_un); FIELD(sockaddr_un, sun_family); FIELD(sockaddr_un, sun_path);
    STRUCT(sockaddr_storage);
    STRUCT(iovec); FIELD(iovec, iov_base); FIELD(iovec, iov_len);
    STRUCT(ip_mreqn); FIELD(ip_mreqn, imr_multiaddr); FIELD(ip_mreqn, imr_address); FIELD(ip_mreqn, imr_ifindex);
    STRUCT(group_source_req); FIELD(group_source_req, gsr_interface); FIELD(group_source_req, gsr_group);
    FIELD(group_source_req, gsr_source);
    STRUCT(msghdr); FIELD(msghdr, msg_name); FIELD(msghdr, msg_namelen); FIELD(msghdr, msg_iov);
    FIELD(msghdr, msg_iovlen); FIELD(msghdr, msg_control); FIELD(msghdr, msg_controllen); FIELD(msghdr, msg_flags);
    STRUCT(mmsghdr); FIELD(mmsghdr, msg_hdr); FIELD(mmsghdr, msg_len);
    STRUCT(cmsghdr); FIELD(cmsghdr, cmsg_len); FIELD(cmsghdr, cmsg_level); FIELD(cmsghdr, cmsg_type);
    STRUCT(linger); FIELD(linger, l_onoff); FIELD(linger, l_linger);
    STRUCT(rlimit); FIELD(rlimit, rlim_cur); FIELD(rlimit, rlim_max);
    STRUCT(ucred); FIELD(ucred, pid); FIELD(ucred, uid); FIELD(ucred, gid);

    NUMBER(UIO_MAXIOV); NUMBER(RLIMIT_NOFILE);
    NUMBER(AF_UNSPEC); NUMBER(AF_UNIX); NUMBER(AF_INET); NUMBER(AF_INET6);
    NUMBER(SOCK_STREAM); NUMBER(SOCK_DGRAM); NUMBER(SOCK_NONBLOCK); NUMBER(SOCK_CLOEXEC);
    NUMBER(MSG_PEEK); NUMBER(MSG_TRUNC); NUMBER(MSG_NOSIGNAL); NUMBER(SHUT_RD); NUMBER(SHUT_WR); NUMBER(O_RDONLY); NUMBER(O_CLOEXEC);
    NUMBER(EPOLL_CLOEXEC); NUMBER(EPOLL_CTL_ADD); NUMBER(EPOLL_CTL_DEL); NUMBER(EPOLL_CTL_MOD);
    FLAG(EPOLLIN); FLAG(EPOLLOUT); FLAG(EPOLLERR); FLAG(EPOLLHUP);
    FLAG(EPOLLRDHUP); FLAG(EPOLLET);
    NUMBER(EFD_NONBLOCK); NUMBER(EFD_CLOEXEC);
    NUMBER(SOL_SOCKET); NUMBER(SO_REUSEADDR); NUMBER(SO_ERROR); NUMBER(SO_SNDBUF); NUMBER(SO_RCVBUF);
    NUMBER(SO_KEEPALIVE); NUMBER(SO_OOBINLINE); NUMBER(SO_LINGER); NUMBER(SO_REUSEPORT); NUMBER(SO_PEERCRED); NUMBER(SO_BINDTODEVICE);
    NUMBER(SO_BROADCAST); NUMBER(SO_MEMINFO);
    NUMBER(IPPROTO_IP); NUMBER(IP_TOS); NUMBER(IP_TTL);
    NUMBER(IP_MTU_DISCOVER); NUMBER(IP_PMTUDISC_DONT); NUMBER(IP_PMTUDISC_DO);
    NUMBER(IP_MULTICAST_IF); NUMBER(IP_MULTICAST_TTL); NUMBER(IP_MULTICAST_LOOP); NUMBER(IP_MULTICAST_ALL);
    NUMBER(MCAST_JOIN_GROUP); NUMBER(MCAST_LEAVE_GROUP);
    NUMBER(MCAST_JOIN_SOURCE_GROUP); NUMBER(MCAST_LEAVE_SOURCE_GROUP);
    NUMBER(IPPROTO_IPV6); NUMBER(IPV6_V6ONLY); NUMBER(IPV6_TCLASS);
    NUMBER(IPV6_MULTICAST_IF); NUMBER(IPV6_MULTICAST_HOPS); NUMBER(IPV6_MULTICAST_LOOP); NUMBER(IPV6_MTU_DISCOVER);
    NUMBER(IPV6_MULTICAST_ALL);
    NUMBER(SOL_UDP); NUMBER(UDP_SEGMENT); NUMBER(UDP_GRO);
    NUMBER(IPPROTO_TCP); NUMBER(TCP_NODELAY); NUMBER(TCP_CORK); NUMBER(TCP_KEEPIDLE); NUMBER(TCP_KEEPINTVL);
    NUMBER(TCP_KEEPCNT); NUMBER(TCP_QUICKACK); NUMBER(TCP_USER_TIMEOUT); NUMBER(TCP_NOTSENT_LOWAT);

    NUMBER(EPERM); NUMBER(ENOENT); NUMBER(EINTR); NUMBER(EIO); NUMBER(EBADF); NUMBER(EAGAIN); NUMBER(ENOMEM);
    NUMBER(EACCES); NUMBER(EFAULT); NUMBER(ENODEV); NUMBER(EINVAL); NUMBER(ENFILE); NUMBER(EMFILE); NUMBER(EPIPE);
    NUMBER(ENOSPC); NUMBER(ENOSYS); NUMBER(EPROTO); NUMBER(EMSGSIZE); NUMBER(ENOPROTOOPT); NUMBER(EOPNOTSUPP); NUMBER(EAFNOSUPPORT);
    NUMBER(EADDRINUSE); NUMBER(EADDRNOTAVAIL); NUMBER(ENETDOWN); NUMBER(ENETUNREACH); NUMBER(ECONNABORTED);
    NUMBER(ECONNRESET); NUMBER(ENOBUFS); NUMBER(EISCONN); NUMBER(ENOTCONN); NUMBER(ETIMEDOUT); NUMBER(ECONNREFUSED);
    NUMBER(EHOSTDOWN); NUMBER(EHOSTUNREACH); NUMBER(EALREADY); NUMBER(EINPROGRESS);
    return 0;
}
