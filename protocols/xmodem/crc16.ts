/**
 * CRC-16/XMODEM: polynomial 0x1021, start value 0, not reflected; check value of "123456789" is 0x31C3.
 * Source: Chuck Forsberg, "XMODEM/YMODEM Protocol Reference" (1988), chapter 8.
 */
const POLYNOMIAL = 0x1021;

const TABLE = Uint16Array.from({ length: 256 }, (_unused, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  return crc & 0xffff;
});

/** CRC of `bytes` from `start` up to but without `end`. */
export function crc16(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let index = start; index < end; index += 1) {
    crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ (bytes[index] ?? 0)] ?? 0);
  }
  return crc;
}

/** Arithmetic sum of the bytes modulo 256: what XMODEM had before the CRC. */
export function checksum8(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let index = start; index < end; index += 1) sum += bytes[index] ?? 0;
  return sum & 0xff;
}
