/** Host keys in memory. */
import type { HostKeys } from '../../../core/ports/host-keys.js';

export class MemoryHostKeys implements HostKeys {
  readonly keys: string[] = [];

  async of(): Promise<readonly string[]> {
    return [...this.keys];
  }

  async pin(_host: string, _port: number, key: string): Promise<void> {
    this.keys.push(key);
  }
}
