/**
 * Many TFTP clients in one process: `tftp-crowd.js HOST PORT PATH COUNT SECONDS`. They acknowledge what comes and keep nothing;
 * each begins a little later than the one before, and goes slower. Ends with 1 where fewer than COUNT were under way.
 */
import { createSocket } from 'node:dgram';
import { decodeTftp, encodeAck, encodeError, encodeRequest } from '../../protocols/tftp/packet.js';

const [, , host = '127.0.0.1', port = '69', path = '', count = '1', seconds = '1'] = process.argv;
const CLIENTS = Number(count);
const BLOCKS = { blksize: '1428' };
/** So many acknowledgements wait a moment, differently for each client: they drift apart. */
const PAUSE_EVERY = 64;

let underWay = 0;
const sockets = Array.from({ length: CLIENTS }, (_unused, index) => {
  const socket = createSocket('udp4');
  let server: number | undefined;
  socket.on('message', (datagram, from) => {
    if (server === undefined) underWay += 1;
    server = from.port;
    const packet = decodeTftp(datagram);
    const block = packet.kind === 'data' ? packet.block : 0;
    const acknowledge = (): void => socket.send(encodeAck(block), from.port, host);
    if (block % PAUSE_EVERY === index % PAUSE_EVERY) setTimeout(acknowledge, index % 20);
    else acknowledge();
  });
  socket.bind(0, host, () => {
    const request = encodeRequest('rrq', path, 'octet', new Map(Object.entries(BLOCKS)));
    const ask = (): void => {
      if (server !== undefined) return;
      socket.send(request, Number(port), host);
      setTimeout(ask, 1000);
    };
    setTimeout(ask, index);
  });
  return { socket, end: () => server !== undefined && socket.send(encodeError(0, 'enough'), server, host) };
});

setTimeout(
  () => {
    for (const { end } of sockets) end();
    process.exitCode = underWay === CLIENTS ? 0 : 1;
    setTimeout(() => process.exit(), 500);
  },
  Number(seconds) * 1000,
);
