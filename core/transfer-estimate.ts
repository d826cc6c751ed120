/** How long an in-band transfer takes at a line's speed (vendors §3.3, the protocol's own overhead). */

/** Head, number twice and CRC-16 of an XMODEM block, and its answer, bytes (Forsberg, XMODEM/YMODEM reference). */
const BLOCK_OVERHEAD_BYTES = 5 + 1;
/** 8N1: start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;
/** From a block's last byte to the next one's first, ms: what receivers on real boards were seen to need. */
const TURNAROUND_MS = 2;

/** Seconds that the blocks of such a file take, without any that is sent again. */
export function inBandSeconds(sizeBytes: number, blockSize: number, baudRate: number, turnaroundMs = 0): number {
  const blocks = Math.ceil(sizeBytes / blockSize);
  const blockMs = ((blockSize + BLOCK_OVERHEAD_BYTES) * BITS_PER_BYTE * 1000) / baudRate + TURNAROUND_MS + turnaroundMs;
  return (blocks * blockMs) / 1000;
}

/** `40 seconds`, `24 minutes`, `4.9 hours`: what a person wants to know before waiting. */
export function roughly(seconds: number): string {
  if (seconds < 100) return `${String(Math.max(1, Math.round(seconds)))} seconds`;
  const minutes = seconds / 60;
  return minutes < 100 ? `${String(Math.round(minutes))} minutes` : `${(minutes / 60).toFixed(1)} hours`;
}
