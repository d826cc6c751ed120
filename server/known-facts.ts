/** The devices' last known facts in memory: conditions look at them for every event. The variable store has them over a restart. */
import type { FactsRecord } from '../core/facts.js';

export class KnownFacts {
  readonly #records = new Map<string, FactsRecord>();

  /** As kept by a former run, or as just read from the device. */
  read(portId: string, record: FactsRecord): void {
    this.#records.set(portId, record);
  }

  get(portId: string): FactsRecord | undefined {
    return this.#records.get(portId);
  }
}
