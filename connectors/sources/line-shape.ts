/** What a console line says about itself: log messages of IOS-like systems and of the Linux kernel. */
import type { JsonObject } from '../../core/json.js';

/**
 * `%LINK-3-UPDOWN:`, `%SYS-SP-5-RESTART:` – facility, optional subfacility, severity 0 to 7, mnemonic
 * (Cisco IOS System Message Guide, "How to read system messages").
 */
const IOS_MESSAGE = /%([A-Z][A-Z0-9_]{0,39}(?:-[A-Z0-9_]{1,39}){0,3}?)-([0-7])-([A-Z0-9_]{1,60}): ?(.*)$/;
/** `[   12.345678] text`, with a `<6>` in front where the console shows levels (Linux printk formats). */
const KERNEL_MESSAGE = /^(?:<([0-9]{1,3})>)?\[ {0,8}[0-9]{1,9}\.[0-9]{6}\] (.*)$/;

/** Facility, severity, mnemonic and message, as far as the line has them. */
export function lineShape(line: string): JsonObject {
  const ios = IOS_MESSAGE.exec(line);
  if (ios !== null) {
    const [, facility = '', severity = '', mnemonic = '', message = ''] = ios;
    return { facility, severity: Number(severity), mnemonic, message };
  }
  const kernel = KERNEL_MESSAGE.exec(line);
  if (kernel === null) return {};
  const [, priority, message = ''] = kernel;
  // The low three bits of a priority are the severity (RFC 5424 §6.2.1).
  return { facility: 'kernel', ...(priority === undefined ? {} : { severity: Number(priority) & 7 }), message };
}
