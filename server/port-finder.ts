/** Which port a message from the network is about: by the address that it came from, else by the host that it names. */
import type { FactsRecord } from '../core/facts.js';
import type { ManagedPort } from '../core/managed-port.js';

export type FoundPort = Pick<ManagedPort, 'id' | 'name'>;

export class PortFinder {
  #ports: readonly ManagedPort[] = [];
  /** Host names that devices have told, by port id. */
  readonly #told = new Map<string, string>();
  #byAddress: ReadonlyMap<string, FoundPort> = new Map();
  #byName: ReadonlyMap<string, FoundPort> = new Map();

  /** The ports of the site. Where two share an address or a name, the first has it. */
  follow(ports: readonly ManagedPort[]): void {
    this.#ports = ports;
    this.#build();
  }

  /** Facts of a device, as kept or as just read. */
  factsRead(portId: string, { facts }: FactsRecord): void {
    if (facts.hostname === undefined || this.#told.get(portId) === facts.hostname) return;
    this.#told.set(portId, facts.hostname);
    this.#build();
  }

  /** A relay's address is no port's; then the host says whose message it is. Names are compared without their domain too. */
  find(address: string, host: string | undefined): FoundPort | undefined {
    const byAddress = this.#byAddress.get(address);
    if (byAddress !== undefined || host === undefined) return byAddress;
    const name = host.toLowerCase();
    return this.#byAddress.get(name) ?? this.#byName.get(name) ?? this.#byName.get(name.split('.', 1)[0] ?? name);
  }

  #build(): void {
    const byAddress = new Map<string, FoundPort>();
    const byName = new Map<string, FoundPort>();
    for (const port of this.#ports) {
      const address = port.management?.address.toLowerCase();
      if (address !== undefined && !byAddress.has(address)) byAddress.set(address, port);
      const name = this.#told.get(port.id)?.toLowerCase();
      if (name !== undefined && !byName.has(name)) byName.set(name, port);
    }
    this.#byAddress = byAddress;
    this.#byName = byName;
  }
}
