/** What was read from a device: the only ground for a verdict. */

/** One kind of interface and how many the device reports of it, e.g. `{ type: 'FastEthernet', count: 2 }`. */
export interface InterfaceCount {
  readonly type: string;
  readonly count: number;
}

/** Facts of a device; a key is absent where the device's output did not tell. */
export interface DeviceFacts {
  readonly hostname?: string;
  readonly serialNumber?: string;
  readonly make?: string;
  readonly model?: string;
  readonly osType?: string;
  readonly osVersion?: string;
  readonly uptimeSeconds?: number;
  /** Uptime in the device's own words, for the story. */
  readonly uptimeText?: string;
  /** Boots that the device counts, over all of its life. */
  readonly bootCount?: number;
  /** The file the device says it runs, as it names it: `flash:/c1700-y-mz.123-9.bin`. */
  readonly bootImage?: string;
  readonly interfaces?: readonly InterfaceCount[];
  readonly interfaceCount?: number;
  readonly freeBytes?: number;
  /** Units of a stack; absent where there is one only, or the output does not tell. */
  readonly memberCount?: number;
  /** A/B devices: the slot or partition it runs from. */
  readonly activeSlot?: string;
  /** What works now and must still work after an upgrade, in the words of people: `SSH`, `Slot-2`. */
  readonly working?: readonly string[];
}

/** Facts with the moment they were read, epoch milliseconds. */
export interface FactsRecord {
  readonly facts: DeviceFacts;
  readonly readAtMs: number;
}

/** Facts that are numbers. */
export type NumericFact = 'interfaceCount' | 'uptimeSeconds' | 'bootCount' | 'freeBytes';

/** Facts that are text. */
export type FactName = Exclude<keyof DeviceFacts, 'interfaces' | 'memberCount' | 'working' | NumericFact>;

/** What `drivers parse` prints, in this order (CONTRACT). */
const TOLD_FACTS = [
  'hostname',
  'serialNumber',
  'make',
  'model',
  'osType',
  'osVersion',
  'uptimeSeconds',
  'bootImage',
  'interfaceCount',
  'freeBytes',
] as const satisfies readonly (keyof DeviceFacts)[];

/** The facts that people compare, in their order; those that are absent stay absent. */
export function toldFacts(facts: DeviceFacts): Partial<Pick<DeviceFacts, (typeof TOLD_FACTS)[number]>> {
  return Object.fromEntries(TOLD_FACTS.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]])));
}
