/**
 * After a break in the middle of a transfer the device may stand in a copy, at a question, or in an in-band receiver.
 * A RETURN there can mean "yes, erase" (IOS `[confirm]`), so what was left is broken off first, and only
 * if the line is quiet: a key typed into a boot countdown would strand the device.
 */
import type { StepContext } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import { codeOf } from '../../core/errors/index.js';

/** Longer than the one-second beat of boot countdowns. */
const QUIET_MS = 2_500;
/** Eight CANs and as many backspaces: what XMODEM receivers take as an abort (Forsberg, XMODEM/YMODEM reference). */
const CANCEL = [...new Array<number>(8).fill(0x18), ...new Array<number>(8).fill(0x08)];

/** Typed blindly: it ends a receiver and a question with no, and never means yes. */
export function breakOffText(driver: Driver): string {
  return String.fromCharCode(...CANCEL) + driver.interrupt;
}

/**
 * Cancels a receiver that still waits for blocks at the far end; at the speed, too, to which the console was `raised` for it
 * by a process that is gone. Errors: CONSOLE_LOST.
 */
export async function endReceiver(context: StepContext, raised?: { readonly to: number }): Promise<void> {
  const { line } = await context.dialog();
  const own = line.baudRate;
  if (raised === undefined || own === undefined || own === raised.to) {
    await context.inBand.breakOff(line, context.signal);
    return;
  }
  // What comes at a wrong speed is no text.
  line.setMode('binary');
  await line.setBaudRate?.(raised.to);
  const found = await context.inBand.breakOff(line, context.signal);
  await line.setBaudRate?.(own);
  line.setMode('dialogue');
  if (found !== 'cancelled') await context.inBand.breakOff(line, context.signal);
}

/** Breaks off an abandoned transfer. Errors: DEVICE_RESTARTED where the device is booting, CONSOLE_LOST. */
export async function breakOff(context: StepContext, driver: Driver): Promise<void> {
  const dialog = await context.dialog();
  dialog.useTable(driver.dialog);
  try {
    await dialog.run({ silenceMs: QUIET_MS, totalMs: 2 * QUIET_MS, ignoreFailures: true }, {}, ['safe']);
  } catch (error) {
    if (codeOf(error) !== 'DEVICE_SILENT') throw error;
  }
  await dialog.line.write(new TextEncoder().encode(breakOffText(driver)));
}
