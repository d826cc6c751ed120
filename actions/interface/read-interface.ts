/** One interface of a device: its name as the driver takes it, what the device says that it is, and whether it may go down. */
import type { StepContext } from '../../core/action.js';
import { textParam } from '../../core/action.js';
import type { Exchange } from '../../core/dialog-table.js';
import { codeOf, fail } from '../../core/errors/index.js';
import type { InterfaceProcedure } from '../../core/interface-procedure.js';
import type { Dialog } from '../../core/ports/dialog.js';
import { fillPattern } from '../../core/template.js';
import { runAll } from '../read-device.js';

export interface ReadInterface {
  readonly state: 'on' | 'off';
  readonly link: 'up' | 'down';
  /** As the device writes it. */
  readonly fullName: string;
  readonly output: string;
}

type DeviceContext = Pick<StepContext, 'driver' | 'port'>;

/** Errors: INTERFACE_NOT_KNOWN. */
export function procedureOf({ driver, port }: DeviceContext): InterfaceProcedure {
  if (driver.interfaces === undefined) throw fail('INTERFACE_NOT_KNOWN', { port: port.id, driver: driver.id });
  return driver.interfaces;
}

/** Errors: INTERFACE_NAME. */
export function nameOf(context: StepContext): string {
  const name = textParam(context.params, 'interface');
  assertName(context, name);
  return name;
}

/** Errors: INTERFACE_NAME, INTERFACE_NOT_KNOWN. */
export function assertName(context: DeviceContext, name: string): void {
  const { names } = procedureOf(context);
  if (!new RegExp(names).test(name)) throw fail('INTERFACE_NAME', { port: context.port.id, name });
}

/** Says them, and leaves configuration mode where one is refused. Errors: as Dialog.run. */
export async function sayAll(
  context: StepContext,
  dialog: Dialog,
  exchanges: readonly Exchange[],
  name?: string,
): Promise<void> {
  try {
    await runAll(dialog, exchanges, name === undefined ? {} : { interface: name }, ['safe']);
  } catch (error) {
    // The first cause counts, whatever becomes of this.
    if (codeOf(error) === 'DEVICE_REFUSED')
      await runAll(dialog, procedureOf(context).leave, {}, ['safe']).catch(() => undefined);
    throw error;
  }
}

/** Errors: INTERFACE_NOT_READ, as Dialog.run. */
export async function readInterface(context: DeviceContext, dialog: Dialog, name: string): Promise<ReadInterface> {
  const { exchange, on, off, linkUp, fullName } = procedureOf(context).state;
  const { output } = await dialog.run(exchange, { interface: name }, ['safe']);
  const found = (pattern: string): RegExpExecArray | null =>
    new RegExp(fillPattern(pattern, { interface: name }), 'm').exec(output);
  const state = found(off) !== null ? 'off' : found(on) !== null ? 'on' : undefined;
  if (state === undefined) throw fail('INTERFACE_NOT_READ', { port: context.port.id, name });
  const link = found(linkUp) === null ? 'down' : 'up';
  return { state, link, fullName: (fullName === undefined ? undefined : found(fullName)?.[1]) ?? name, output };
}

/** Before it goes down: not one that the site protects, nor the one with the port's management address. Errors: INTERFACE_PROTECTED. */
export function mayGoDown({ port }: StepContext, { fullName, output }: ReadInterface): void {
  const names: unknown = port.properties['protectedInterfaces'] ?? [];
  const refuse = (reason: string): Error => fail('INTERFACE_PROTECTED', { port: port.id, name: fullName, reason });
  // What was meant to protect something must not protect nothing.
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
    throw refuse('the property "protectedInterfaces" is no list of names');
  if (names.some((name) => sameInterface(name, fullName))) throw refuse('the site protects it');
  const address = port.management?.address;
  if (address === undefined || !output.split(/[\s/,]+/).includes(address)) return;
  throw refuse(`it has the address ${address}`);
}

/** `gi0/1` and `GigabitEthernet0/1`: the same number behind a name that begins the other. */
export function sameInterface(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => /^(\D*)(.*)$/s.exec(name.toLowerCase()) ?? ['', '', '']);
  const [wordA = '', wordB = ''] = [a?.[1], b?.[1]];
  return a?.[2] === b?.[2] && (wordA === wordB || (wordA !== '' && wordB !== '' && begins(wordA, wordB)));
}

const begins = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);
