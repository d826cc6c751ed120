/**
 * Typed slots: `{{name:type}}` in command templates (ARCHITECTURE 15); a part in `[[…]]` stands only where its slots are filled.
 * Text from a device or a user reaches a device only through a slot whose value fits the slot's type;
 * otherwise the action fails and nothing is sent.
 */
import { fail } from './errors/index.js';

/** `word`: no blanks or control characters; `path`: a word with slashes, no `..`; `ip`: IPv4/IPv6; `int`; `quoted`: printable, in double quotes. */
export type SlotType = 'word' | 'path' | 'ip' | 'int' | 'quoted';

export type SlotValues = Readonly<Record<string, string | number>>;

const SHAPE: Readonly<Record<SlotType, RegExp>> = {
  word: /^[A-Za-z0-9][\w.:@+,=-]{0,127}$/,
  path: /^[A-Za-z0-9/][\w.:@+,=/-]{0,255}$/,
  ip: /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:.]{2,45})$/,
  int: /^-?\d{1,15}$/,
  quoted: /^[\x20-\x21\x23-\x5b\x5d-\x7e]{0,255}$/,
};

const SLOT = /\{\{([\w.]+)(?::(\w+))?\}\}/g;
/** `[[ block-size {{property.blockSize:int}}]]` */
const OPTIONAL = /\[\[(.*?)\]\]/g;

/** A template without the parts in `[[…]]` that have a slot which nobody fills. */
export function withoutUnfilled(template: string, values: SlotValues): string {
  return template.replace(OPTIONAL, (_whole, part: string) =>
    [...part.matchAll(SLOT)].every(([, name = '']) => Object.hasOwn(values, name)) ? part : '',
  );
}

/** Fills a command template. Errors: TEMPLATE_SLOT_UNKNOWN, TEMPLATE_SLOT_TYPE, TEMPLATE_VALUE_REFUSED. */
export function fillTemplate(template: string, values: SlotValues): string {
  return withoutUnfilled(template, values).replace(SLOT, (_whole, name: string, type: string | undefined) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw fail('TEMPLATE_SLOT_UNKNOWN', { slot: name, template });
    return slotText(name, type ?? 'word', String(value), template);
  });
}

/** Fills a pattern: each slot stands for its literal text. Errors: TEMPLATE_SLOT_UNKNOWN. */
export function fillPattern(pattern: string, values: SlotValues): string {
  return pattern.replace(SLOT, (_whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw fail('TEMPLATE_SLOT_UNKNOWN', { slot: name, template: pattern });
    return String(value).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  });
}

function slotText(name: string, type: string, value: string, template: string): string {
  if (!isSlotType(type)) throw fail('TEMPLATE_SLOT_TYPE', { slot: name, type, template });
  const refused = !SHAPE[type].test(value) || (type === 'path' && value.split('/').includes('..'));
  if (refused) throw fail('TEMPLATE_VALUE_REFUSED', { slot: name, type, value: printable(value) });
  return type === 'quoted' ? `"${value}"` : value;
}

function isSlotType(type: string): type is SlotType {
  return Object.hasOwn(SHAPE, type);
}

/** Device text made safe for terminals, logs and messages: control characters (and C1) become `\xNN`. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, (c) => {
    const code = c.charCodeAt(0);
    return code > 0xff ? `\\u${code.toString(16)}` : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}
