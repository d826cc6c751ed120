/** A managed attach point: one device, its console, its management address, its settings (ARCHITECTURE, "Words"). */
import type { JsonValue } from './json.js';
import type { SerialForm } from './serial-line.js';
import type { PushSettings } from './settings.js';

export type ConsoleConfig =
  | ({ readonly type: 'serial'; readonly path: string; readonly baudRate: number } & SerialForm)
  | ({ readonly type: 'tcp' } & ConsoleServer)
  /** `baudRate`: where the server offers RFC 2217; absent: as the server has it. */
  | ({ readonly type: 'telnet'; readonly baudRate?: number } & ConsoleServer)
  | ({ readonly type: 'ssh'; readonly legacyAlgorithms: boolean; readonly credentials: string } & ConsoleServer);

export interface ConsoleServer {
  readonly host: string;
  readonly port: number;
  /** Name of the secret with the console server's own login. */
  readonly credentials?: string;
}

/** A port as the rest of the house sees it: validated, settings resolved (site, group, port), frozen. */
export interface ManagedPort {
  /** Fleet-wide id, default `<node>:<name>`. */
  readonly id: string;
  /** Name on its node, e.g. `1/1`. */
  readonly name: string;
  readonly node: string;
  readonly driver: string;
  /** Make of the driver: what filters ask for. */
  readonly make: string;
  readonly description?: string;
  readonly console?: ConsoleConfig;
  readonly management?: { readonly address: string };
  /** The outlet of a powerman server (`powermand`). */
  readonly power?: { readonly type: 'powerman'; readonly host: string; readonly port: number; readonly outlet: string };
  /** Name of the secret in `portwright.json` `secrets`. */
  readonly credentials?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, JsonValue>>;
  readonly settings: PushSettings;
  /** Address under which this device sees the node's file servers. */
  readonly serverAddress?: string;
}
