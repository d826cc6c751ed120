/** The consoles of this node's ports: opened, watched, and kept in step with the site. */
import type { Driver } from '../core/driver.js';
import type { ManagedPort } from '../core/managed-port.js';
import type { Console } from '../core/ports/console.js';
import type { WatchedConsole } from './watched-console.js';

interface Row {
  /** What the console was made from: another text means another console. */
  readonly made: string;
  readonly watched: WatchedConsole;
}

export class Consoles {
  readonly #make: (port: ManagedPort) => WatchedConsole;
  readonly #rows = new Map<string, Row>();
  #running = false;

  constructor(make: (port: ManagedPort) => WatchedConsole) {
    this.#make = make;
  }

  get(portId: string): Console | undefined {
    return this.#rows.get(portId)?.watched.console;
  }

  /** Opens every console, and from now on what `follow` adds. */
  start(): void {
    this.#running = true;
    for (const { watched } of this.#rows.values()) watched.start();
  }

  /** `drivers`: the site's own. Makes what is new, and opens it once started; closes what is gone, leaves alone what is as it was. */
  async follow(ports: readonly ManagedPort[], drivers: readonly Driver[] = []): Promise<void> {
    const madeFrom = (port: ManagedPort): string => keyOf(port, drivers);
    const wanted = new Map(ports.filter((port) => port.console !== undefined).map((port) => [port.id, port]));
    for (const [id, row] of [...this.#rows]) {
      const port = wanted.get(id);
      if (port !== undefined && madeFrom(port) === row.made) continue;
      this.#rows.delete(id);
      await row.watched.stop();
    }
    for (const [id, port] of wanted) {
      if (this.#rows.has(id)) continue;
      const watched = this.#make(port);
      this.#rows.set(id, { made: madeFrom(port), watched });
      if (this.#running) watched.start();
    }
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all([...this.#rows.values()].map(({ watched }) => watched.stop()));
    this.#rows.clear();
  }
}

/** Another driver file of the site is another driver. */
function keyOf({ console, driver, properties, name }: ManagedPort, drivers: readonly Driver[]): string {
  const own = drivers.find(({ id }) => id === driver);
  return JSON.stringify({ console, driver, properties, name, own });
}
