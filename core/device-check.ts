/** What a device is asked before a push. */
import type { Exchange } from './dialog-table.js';

/** An answer of the device that forbids a push: `refuse` matches in it, group 1 is what is told. */
export interface DeviceCheck {
  readonly exchange: Exchange;
  readonly refuse: string;
  readonly code:
    'PUSH_DEVICE_CLOCK' | 'PUSH_CONFIG_SESSION' | 'PUSH_UNIT_DOWN' | 'PUSH_NOT_MASTER' | 'PUSH_REBOOT_SCHEDULED';
}
