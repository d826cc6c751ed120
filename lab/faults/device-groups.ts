/** Which devices a fault can happen to. */
import type { DeviceSpec } from '../spec.js';

export type DeviceGroup = 'all' | 'cisco' | 'loaderTftp' | 'install' | 'exos' | 'stack' | 'none';

interface Group {
  /** As docs and errors call it. */
  readonly title: string;
  readonly has: (spec: DeviceSpec) => boolean;
}

export const DEVICE_GROUPS: Readonly<Record<DeviceGroup, Group>> = {
  all: { title: 'all', has: () => true },
  cisco: { title: 'Cisco', has: ({ vendor }) => vendor === 'cisco' },
  loaderTftp: {
    title: 'routers',
    has: ({ vendor, partitions, states }) =>
      vendor === 'cisco' && partitions === undefined && /rommon/.test(states['loader']?.prompt ?? ''),
  },
  install: { title: 'IOS-XE in install mode', has: ({ hasInstallMode }) => hasInstallMode === true },
  exos: { title: 'Extreme', has: ({ partitions }) => partitions !== undefined },
  stack: { title: 'stacks of Extreme', has: ({ partitions }) => (partitions?.slots ?? 0) > 1 },
  none: { title: 'none in this lab', has: () => false },
};
