/** A text that a device printed, as a value that conditions compare: a number where it is one. */
import type { Value } from './ports/values.js';

const NUMBER = /^-?\d{1,15}(?:\.\d{1,9})?$/;

export function valueOfText(text: string): Value {
  return NUMBER.test(text) ? Number(text) : text;
}
