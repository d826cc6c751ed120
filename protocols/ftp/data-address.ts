/**
 * Addresses of data connections as text. Sources: RFC 959 §4.1.2 (PORT, PASV), RFC 2428 (EPRT, EPSV), RFC 2577 §3 (bounce).
 *
 *   PORT h1,h2,h3,h4,p1,p2          EPRT |1|132.235.1.2|6275|      EPRT |2|1080::8:800:200C:417A|5282|
 */

export interface DataAddress {
  readonly host: string;
  readonly port: number;
}

const DOTTED = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const PORT_FORM = /^\d{1,3}(?:,\d{1,3}){5}$/;
/** The delimiter is any printable character; the address has none of it. */
const EPRT_FORM = /^([!-~])(\d{1,5})\1([0-9A-Fa-f.:]{2,45})\1(\d{1,5})\1$/;

/** Undefined: not in this form. */
export function parsePort(text: string): DataAddress | undefined {
  if (!PORT_FORM.test(text)) return undefined;
  const numbers = text.split(',').map(Number);
  if (numbers.some((number) => number > 255)) return undefined;
  const [high = 0, low = 0] = numbers.slice(4);
  return { host: numbers.slice(0, 4).join('.'), port: high * 256 + low };
}

/** `family`: a protocol that RFC 2428 does not define, answered with 522. */
export function parseEprt(text: string): DataAddress | 'family' | undefined {
  const [, , family, host = '', port] = EPRT_FORM.exec(text) ?? [];
  if (family === undefined || Number(port) > 65_535) return undefined;
  if (family !== '1' && family !== '2') return 'family';
  if (family === '1' ? !isIpv4(host) : !host.includes(':')) return undefined;
  return { host, port: Number(port) };
}

/** Text of a 227; undefined for an address that it cannot say (IPv6). */
export function passiveText({ host, port }: DataAddress): string | undefined {
  const plain = plainHost(host);
  if (!isIpv4(plain)) return undefined;
  return `Entering Passive Mode (${plain.replaceAll('.', ',')},${port >> 8},${port & 0xff}).`;
}

/** Text of a 229. */
export function extendedPassiveText(port: number): string {
  return `Entering Extended Passive Mode (|||${port}|)`;
}

/** IPv4 in IPv6 clothes counts as IPv4; the zone of a link-local address is the machine's own matter. */
export function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '');
}

/** Whether both name one host; IPv6 in its longest and shortest writing alike. */
export function sameHost(one: string, other: string): boolean {
  return expanded(plainHost(one)) === expanded(plainHost(other));
}

export function isIpv4(host: string): boolean {
  return (
    DOTTED.exec(host)
      ?.slice(1)
      .every((part) => Number(part) <= 255) ?? false
  );
}

function expanded(host: string): string {
  if (!host.includes(':')) return host;
  const [head = '', tail] = host.split('::', 2);
  const groups = (text: string): string[] => text.split(':').filter((group) => group !== '');
  const [front, back] = [groups(head), groups(tail ?? '')];
  const gap = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const all = [...front, ...Array.from({ length: gap }, () => '0'), ...back];
  return all.map((group) => group.replace(/^0+(?=.)/, '')).join(':');
}
