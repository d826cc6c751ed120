/**
 * A longer way: `tftp-relay.js HOST PORT` passes datagrams on 0.25 ms later, each way. Prints its port. Each client gets a
 * socket of its own towards the server; the server's port is that of its newest answer.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';

const DELAY_MS = 0.25;
const LOOPBACK = '127.0.0.1';
const [, , host = LOOPBACK, port = '69'] = process.argv;

interface Waiting {
  readonly atMs: number;
  readonly pass: () => void;
}

const waiting: Waiting[] = [];
let spins = false;

function later(pass: () => void): void {
  waiting.push({ atMs: performance.now() + DELAY_MS, pass });
  if (spins) return;
  spins = true;
  setImmediate(spin);
}

/** Timers of Node are too coarse for a quarter of a millisecond. */
function spin(): void {
  const nowMs = performance.now();
  for (let next = waiting[0]; next !== undefined && next.atMs <= nowMs; next = waiting[0]) {
    waiting.shift();
    next.pass();
  }
  spins = waiting.length > 0;
  if (spins) setImmediate(spin);
}

const front = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
const uplinks = new Map<number, { readonly socket: Socket; port: number }>();

front.on('message', (datagram, from) => {
  const isRequest = datagram[0] === 0 && (datagram[1] === 1 || datagram[1] === 2);
  const uplink = uplinks.get(from.port) ?? newUplink(from.port);
  const to = isRequest ? Number(port) : uplink.port;
  later(() => uplink.socket.send(datagram, to, host));
});

function newUplink(clientPort: number): { readonly socket: Socket; port: number } {
  const uplink = { socket: createSocket('udp4'), port: Number(port) };
  uplink.socket.on('message', (datagram, from) => {
    uplink.port = from.port;
    later(() => front.send(datagram, clientPort, LOOPBACK));
  });
  uplinks.set(clientPort, uplink);
  return uplink;
}

front.bind(0, LOOPBACK, () => process.stdout.write(`${front.address().port}\n`));
