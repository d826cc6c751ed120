/** Listen addresses as users write them: `127.0.0.1:7373`, `[::1]:7373`, `0.0.0.0:0`. */
import type { ListenAddress } from './site.js';

/** JSON Schema pattern: host or bracketed IPv6, then a port from 0 to 65535. */
export const LISTEN_PATTERN =
  '^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+):(?:6553[0-5]|655[0-2]\\d|65[0-4]\\d{2}|6[0-4]\\d{3}|[1-5]\\d{4}|\\d{1,4})$';

/** What messages want. */
export const LISTEN_FORM = 'ADDRESS:PORT such as 127.0.0.1:7373';

const PARTS = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:]+)):(?<port>\d+)$/;

/** Parses a text that fits LISTEN_PATTERN. */
export function parseListen(text: string): ListenAddress {
  const { v6, host, port } = PARTS.exec(text)?.groups ?? {};
  return { host: v6 ?? host ?? '127.0.0.1', port: Number(port ?? 0) };
}

/** The address as it stands in a URL. */
export function listenText({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}
