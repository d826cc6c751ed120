/** Text for a terminal: tables, times, lists of facts. Everything that came from a device or a user goes through `printable`. */
import { parseDuration } from '../core/duration.js';
import { printable } from '../core/template.js';

/** Columns aligned by spaces, no lines; the last column is not padded. */
export function table(headers: readonly string[], rows: readonly (readonly (string | number | undefined)[])[]): string {
  const cells = [headers, ...rows].map((row) => row.map((cell) => printable(String(cell ?? '-'))));
  const widths = headers.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** `Name:  value` lines, values aligned; pairs without a value are left out. */
export function pairs(rows: readonly (readonly [name: string, value: string | number | undefined])[]): string {
  const given = rows.filter(([, value]) => value !== undefined);
  const width = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, value]) => `${`${name}:`.padEnd(width + 2)}${printable(String(value))}\n`).join('');
}

/** A paragraph of ours that may quote a device: lines stay, everything else that is no text is shown as `\xNN`. */
export function lines(text: string): string {
  return `${text.split('\n').map(printable).join('\n')}\n`;
}

/** One JSON document. C1 controls and direction marks are escapes to some terminals, so they leave as `\uNNNN`. */
export function json(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return `${text.replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

/** `2026-01-02 03:04:05Z`: RFC 3339 without its fraction, easier to read. */
export function time(rfc3339: string | undefined): string | undefined {
  return rfc3339?.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}

/** A moment as users type it: RFC 3339, or how long ago (`10m`). Undefined where it is neither. */
export function parseMoment(text: string, nowMs: number): string | undefined {
  const agoMs = parseDuration(text);
  const ms = agoMs === undefined ? Date.parse(text) : nowMs - agoMs;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
