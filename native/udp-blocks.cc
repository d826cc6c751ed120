// Sends TFTP DATA blocks that follow each other in one system call (Linux). Optional: without it connectors/transfers sends
// them one by one with Node's own sockets, slower and otherwise the same.
//
//   open(host, port) -> fd              a bound UDP socket; throws an error with `code`
//   seal(fd)                            no other program may bind the same port (libuv opens sockets for sharing)
//   address(host, port) -> Uint8Array   a socket address for `send`
//   send(fd, address, first, count, rolloverTo, blockBytes, bytes) -> blocks that were sent
//
// UDP_SEGMENT (udp(7), Linux 4.18): the kernel cuts one message into datagrams of equal length, the last may be shorter. The
// message is gathered from a head and a payload for each block, so no byte is copied here. Where the kernel refuses to cut,
// blocks go out one by one. Fewer than `count` sent: the socket's buffer is full, the caller sends the rest.

#include <node_api.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

namespace {

constexpr size_t kHeadBytes = 4;
// Linux: UDP_MAX_SEGMENTS was 64 until 6.9.
constexpr uint32_t kMaxSegments = 64;
// An IPv4 datagram less its heads; the message is one until it is cut.
constexpr size_t kMaxMessageBytes = 65507;

struct Arguments {
  napi_env env;
  napi_value values[7];
  bool read(napi_callback_info info, size_t wanted) {
    size_t count = 7;
    if (napi_get_cb_info(env, info, &count, values, nullptr, nullptr) != napi_ok || count < wanted) {
      napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "too few arguments");
      return false;
    }
    return true;
  }
  bool number(size_t at, uint32_t* result) { return napi_get_value_uint32(env, values[at], result) == napi_ok; }
  bool text(size_t at, std::string* result) {
    char buffer[256];
    size_t length = 0;
    if (napi_get_value_string_utf8(env, values[at], buffer, sizeof buffer, &length) != napi_ok) return false;
    result->assign(buffer, length);
    return true;
  }
  bool bytes(size_t at, uint8_t** data, size_t* length) {
    napi_typedarray_type type;
    void* start = nullptr;
    if (napi_get_typedarray_info(env, values[at], &type, length, &start, nullptr, nullptr) != napi_ok) return false;
    *data = static_cast<uint8_t*>(start);
    return type == napi_uint8_array;
  }
};

napi_value throwErrno(napi_env env, int error) {
  const char* code = error == EADDRINUSE      ? "EADDRINUSE"
                     : error == EACCES        ? "EACCES"
                     : error == EADDRNOTAVAIL ? "EADDRNOTAVAIL"
                     : error == EMFILE        ? "EMFILE"
                                              : "EINVAL";
  napi_throw_error(env, code, std::strerror(error));
  return nullptr;
}

napi_value throwArguments(napi_env env) {
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "wrong arguments");
  return nullptr;
}

// Numeric addresses only: nothing here asks a name server.
bool resolve(const std::string& host, uint32_t port, sockaddr_storage* address, socklen_t* length) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return false;
  std::memcpy(address, found->ai_addr, found->ai_addrlen);
  *length = found->ai_addrlen;
  freeaddrinfo(found);
  return true;
}

napi_value open(napi_env env, napi_callback_info info) {
  Arguments in{env, {}};
  std::string host;
  uint32_t port;
  if (!in.read(info, 2)) return nullptr;
  if (!in.text(0, &host) || !in.number(1, &port)) return throwArguments(env);
  sockaddr_storage address{};
  socklen_t length;
  if (!resolve(host, port, &address, &length)) return throwErrno(env, EADDRNOTAVAIL);
  int fd = socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return throwErrno(env, errno);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0) {
    int error = errno;
    close(fd);
    return throwErrno(env, error);
  }
  napi_value result;
  napi_create_int32(env, fd, &result);
  return result;
}

napi_value seal(napi_env env, napi_callback_info info) {
  Arguments in{env, {}};
  uint32_t fd;
  if (!in.read(info, 1)) return nullptr;
  if (!in.number(0, &fd)) return throwArguments(env);
  int off = 0;
  if (setsockopt(static_cast<int>(fd), SOL_SOCKET, SO_REUSEADDR, &off, sizeof off) != 0) return throwErrno(env, errno);
  return nullptr;
}

napi_value address(napi_env env, napi_callback_info info) {
  Arguments in{env, {}};
  std::string host;
  uint32_t port;
  if (!in.read(info, 2)) return nullptr;
  if (!in.text(0, &host) || !in.number(1, &port)) return throwArguments(env);
  sockaddr_storage found{};
  socklen_t length;
  if (!resolve(host, port, &found, &length)) return throwErrno(env, EINVAL);
  void* data = nullptr;
  napi_value buffer, result;
  napi_create_arraybuffer(env, length, &data, &buffer);
  std::memcpy(data, &found, length);
  napi_create_typedarray(env, napi_uint8_array, length, buffer, 0, &result);
  return result;
}

// The number in the packet of the `count`th block: block-number.ts.
uint32_t wireNumber(uint64_t count, uint32_t rolloverTo) {
  if (count <= 0xffff) return static_cast<uint32_t>(count);
  return rolloverTo == 0 ? count & 0xffff : (count - 1) % 0xffff + 1;
}

struct Run {
  int fd;
  uint8_t* address;
  size_t addressBytes;
  uint64_t first;
  uint32_t rolloverTo;
  size_t blockBytes;
  uint8_t* bytes;
  size_t length;
};

// Blocks `from`…`from + count - 1` of the run as one message; true where the kernel took it.
bool sendMessage(const Run& run, uint32_t from, uint32_t count) {
  uint8_t heads[kMaxSegments][kHeadBytes];
  iovec parts[kMaxSegments * 2];
  for (uint32_t index = 0; index < count; index += 1) {
    uint32_t number = wireNumber(run.first + from + index, run.rolloverTo);
    size_t start = std::min(run.length, (from + index) * run.blockBytes);
    heads[index][0] = 0;
    heads[index][1] = 3;
    heads[index][2] = static_cast<uint8_t>(number >> 8);
    heads[index][3] = static_cast<uint8_t>(number);
    parts[index * 2] = {heads[index], kHeadBytes};
    parts[index * 2 + 1] = {run.bytes + start, std::min(run.blockBytes, run.length - start)};
  }
  msghdr message{};
  message.msg_name = run.address;
  message.msg_namelen = static_cast<socklen_t>(run.addressBytes);
  message.msg_iov = parts;
  message.msg_iovlen = count * 2;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(uint16_t))] = {};
  if (count > 1) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* cut = CMSG_FIRSTHDR(&message);
    cut->cmsg_level = SOL_UDP;
    cut->cmsg_type = UDP_SEGMENT;
    cut->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    uint16_t segmentBytes = static_cast<uint16_t>(run.blockBytes + kHeadBytes);
    std::memcpy(CMSG_DATA(cut), &segmentBytes, sizeof segmentBytes);
  }
  ssize_t sent;
  do {
    sent = sendmsg(run.fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

bool isFull(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == ENOMEM; }

// Blocks that were sent. An error that is about the peer (an ICMP message that came back) counts as sent: it was lost.
uint32_t sendRun(const Run& run, uint32_t count) {
  uint32_t most = static_cast<uint32_t>(kMaxMessageBytes / (run.blockBytes + kHeadBytes));
  uint32_t together = std::clamp<uint32_t>(most, 1, kMaxSegments);
  uint32_t sent = 0;
  while (sent < count) {
    uint32_t now = std::min(together, count - sent);
    if (!sendMessage(run, sent, now)) {
      if (isFull(errno)) return sent;
      if (now > 1) {
        together = 1;
        continue;
      }
    }
    sent += now;
  }
  return sent;
}

napi_value send(napi_env env, napi_callback_info info) {
  Arguments in{env, {}};
  Run run{};
  uint32_t fd, first, count, rolloverTo, blockBytes;
  if (!in.read(info, 7)) return nullptr;
  if (!in.number(0, &fd) || !in.bytes(1, &run.address, &run.addressBytes) || !in.number(2, &first) ||
      !in.number(3, &count) || !in.number(4, &rolloverTo) || !in.number(5, &blockBytes) ||
      !in.bytes(6, &run.bytes, &run.length) || blockBytes == 0) {
    return throwArguments(env);
  }
  run.fd = static_cast<int>(fd);
  run.first = first;
  run.rolloverTo = rolloverTo;
  run.blockBytes = blockBytes;
  napi_value result;
  napi_create_uint32(env, sendRun(run, count), &result);
  return result;
}

napi_value init(napi_env env, napi_value exports) {
  const napi_property_descriptor functions[] = {
      {"open", nullptr, open, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"seal", nullptr, seal, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"address", nullptr, address, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"send", nullptr, send, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof functions[0], functions);
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, init)
