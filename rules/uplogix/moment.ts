/** `start` and `expire`: MMDDYYYYHHMMSS. A26: UTC, both ends inside. */
import { toRfc3339 } from '../../core/event.js';
import { parseMoment } from '../../core/moment.js';

const FORM = /^(\d\d)(\d\d)(\d{4})(\d\d)(\d\d)(\d\d)$/;
const SECOND_MS = 1000;

/** RFC 3339; undefined where there is no such moment. Ours ends before `activeUntil`, so that `expire` is a second later. */
export function readMoment(word: 'start' | 'expire', text: string): string | undefined {
  const [, month, day, year, hour, minute, second] = FORM.exec(text) ?? [];
  if (second === undefined) return undefined;
  const at = parseMoment(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second}Z`);
  if (at === undefined) return undefined;
  return toRfc3339(word === 'start' ? at : at + SECOND_MS).replace('.000Z', 'Z');
}
