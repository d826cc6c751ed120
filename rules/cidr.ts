/** IP addresses and prefixes: IPv4 (RFC 4632 notation) and IPv6 (RFC 4291 §2.2, §2.3), for the operator `cidr`. */

/** An address as bits in a bigint; IPv4-mapped IPv6 (`::ffff:192.0.2.1`) counts as IPv4. */
interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

const IPV4_MAPPED_PREFIX = 0xffffn;
const OCTET = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9A-Fa-f]{1,4}$/;

/** True where the address lies in the prefix. False where either is none. */
export function inPrefix(address: string, prefix: string): boolean {
  const [base = '', length, ...rest] = prefix.split('/');
  const wanted = parseAddress(base);
  const got = parseAddress(address);
  if (wanted === undefined || got === undefined || rest.length > 0 || wanted.bits !== got.bits) return false;
  const kept = length === undefined ? wanted.bits : prefixLength(length, wanted.bits);
  if (kept === undefined) return false;
  const shift = BigInt(wanted.bits - kept);
  return wanted.value >> shift === got.value >> shift;
}

/** Whether a text is an address or a prefix. */
export function isPrefix(text: string): boolean {
  const [base = ''] = text.split('/');
  return inPrefix(base, text);
}

function prefixLength(text: string, bits: number): number | undefined {
  const length = OCTET.test(text) ? Number(text) : NaN;
  return length <= bits ? length : undefined;
}

function parseAddress(text: string): Address | undefined {
  const v4 = parseV4(text);
  if (v4 !== undefined) return { bits: 32, value: v4 };
  const v6 = parseV6(text);
  if (v6 === undefined) return undefined;
  return v6 >> 32n === IPV4_MAPPED_PREFIX ? { bits: 32, value: v6 & 0xffff_ffffn } : { bits: 128, value: v6 };
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => OCTET.test(part) && Number(part) <= 255)) return undefined;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const after = tail ?? [];
  const missing = 8 - head.length - after.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<bigint>(missing).fill(0n), ...after];
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

/** Groups of one side of `::`; the last may be an IPv4 address, which makes two. */
function groupsOf(text: string): readonly bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    const v4 = i === parts.length - 1 ? parseV4(part) : undefined;
    if (v4 !== undefined) groups.push(v4 >> 16n, v4 & 0xffffn);
    else if (GROUP.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}
